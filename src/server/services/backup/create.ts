import type { z } from "zod";
import { createBackupSchema } from "@/contracts/schemas/backup";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { VERSION } from "@/server/core/version";
import { withSnapshot } from "@/server/database/backup/snapshot";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { KeyMaterial, ServiceContext } from "../context";
import { headerOf, type RowCounts, type SavedSecrets, writeBackup } from "./internal/format";
import { seal } from "./internal/seal";
import { INSTALLATION } from "./note-restore";

/**
 * Writes all that the installation has at one instant, while it serves, in a file that `restoreInstallation` reads: not its
 * sessions, nor the passwords of its logins to the database. Part by part, so that no database is too large for the memory.
 *
 * On record before the first byte leaves: a copy that was taken and broken off at its end has left as well.
 * @param write takes the file's bytes, and resolves when they are safe
 * @returns how many rows of each table are in it
 */
export async function createBackup(
  ctx: ServiceContext,
  input: z.input<typeof createBackupSchema>,
  write: (file: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<RowCounts> {
  authorize(ctx, "settings:manage");
  const { passphrase, secrets } = parse(createBackupSchema, input);
  await withTransaction(ctx, (ctx) =>
    recordAudit(ctx, {
      action: "backup.create",
      subject: INSTALLATION,
      environment: null,
      after: { encrypted: passphrase !== null, secrets: secrets !== null },
    }),
  );
  const counts: RowCounts = {};
  await withSnapshot(ctx.databases.owner, async (snapshot) => {
    const header = headerOf(snapshot, {
      version: VERSION,
      at: ctx.clock.now(),
      secrets: secrets && savedSecretsOf(ctx.keyMaterial, secrets.sessionSecret),
    });
    await write(await seal(writeBackup(header, snapshot, counts), passphrase));
  });
  return counts;
}

function savedSecretsOf({ pepper, previousPepper }: KeyMaterial, sessionSecret: string | null): SavedSecrets {
  return { keyPepper: pepper ?? null, previousKeyPepper: previousPepper ?? null, sessionSecret };
}
