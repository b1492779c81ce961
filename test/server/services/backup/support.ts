import { createHash } from "node:crypto";
import { createTestDatabase } from "@test/support/postgres";
import { PEPPER } from "@test/support/secrets";
import postgres from "postgres";
import { onTestFinished } from "vitest";
import { readEnv } from "@/env";
import { createLogger } from "@/server/core/logger";
import { NOT_SAVED } from "@/server/database/backup/snapshot";
import { OUR_TABLES } from "@/server/database/catalog";
import { type RestoreOptions, restoreInstallation } from "@/server/runtime/restore";
import { createBackup } from "@/server/services/backup";
import type { ServiceContext } from "@/server/services/context";

/** A backup as bytes. */
export async function backUp(
  ctx: ServiceContext,
  input: Parameters<typeof createBackup>[1] = { passphrase: null, secrets: null },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await createBackup(ctx, input, async (parts) => {
    for await (const part of parts) chunks.push(part);
  });
  return Buffer.concat(chunks);
}

/** A new database without tables, dropped after the test. */
export async function emptyDatabase(): Promise<string> {
  const database = await createTestDatabase({ migrated: false });
  onTestFinished(() => database.drop());
  return database.url;
}

/** Bytes as a file on a disk gives them: in chunks that end anywhere. */
export async function* inChunks(bytes: Buffer, size = 64 * 1024): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function restoreInto(
  settings: Record<string, string>,
  bytes: Buffer,
  options: Partial<RestoreOptions> & { passphrase?: string; isRepeatable?: boolean } = {},
) {
  const { passphrase, isRepeatable = true, ...rest } = options;
  return restoreInstallation(
    readEnv({ NODE_ENV: "test", KEY_PEPPER: PEPPER, ...settings }),
    createLogger("silent"),
    { file: () => inChunks(bytes), isRepeatable },
    {
      askPassphrase: async () => {
        if (passphrase === undefined) throw new Error("Nobody was to be asked for a passphrase");
        return passphrase;
      },
      ...rest,
    },
  );
}

/** What tells a table's rows from any others, in whatever order they lie. Tables are left out that a restore makes itself. */
export async function contentOf(url: string): Promise<Record<string, { rows: number; hash: string }>> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  const content: Record<string, { rows: number; hash: string }> = {};
  try {
    for (const table of OUR_TABLES) {
      if (NOT_SAVED.includes(table)) continue;
      const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(table)} as t`;
      const lines = rows
        .map(({ row }) => row)
        .filter((row) => !row.includes("backup.restore") && !row.startsWith("(isolation,"))
        .sort();
      content[table] = {
        rows: lines.length,
        hash: createHash("sha256").update(lines.join("\n")).digest("hex"),
      };
    }
  } finally {
    await sql.end();
  }
  return content;
}
