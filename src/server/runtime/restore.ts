import { rmSync, writeFileSync } from "node:fs";
import type { Env } from "@/env";
import type { Logger } from "@/server/core/logger";
import { BackupError, RestoreRefusedError } from "@/server/database/backup/errors";
import { loadRows } from "@/server/database/backup/load";
import { restoreDatabase } from "@/server/database/migrate";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import type { AuditVerification } from "@/server/services/audit";
import {
  type BackupHeader,
  noteRestore,
  openBackup,
  type RowCounts,
  type SavedSecrets,
} from "@/server/services/backup";
import type { KeyMaterial } from "@/server/services/context";
import { checkRestoredKeys } from "./key-material";
import { migrationsFolder } from "./migrations-folder";
import { openRuntime, withDatabaseNamed } from "./open";
import { backgroundContextFor } from "./runtime";
import { loadSecrets, replaceSecrets } from "./secrets-file";

export interface RestoreOptions {
  /** Is called where the backup is encrypted. */
  askPassphrase(): Promise<string>;
  /** A file that gets the secrets of the backup, as settings for a server; it must not be there yet. */
  secretsTo?: string | undefined;
  /** Restores keys that do not work here as well. */
  anyPepper?: boolean;
}

/** What was restored. */
export interface Restored {
  header: BackupHeader;
  /** Of each table, as the backup has them. */
  rows: RowCounts;
  audit: AuditVerification;
  /** How many webhook endpoints were enabled in the backup, and are not here. */
  disabledWebhooks: number;
}

/**
 * Makes the installation that the settings name out of a backup. Where it can be read twice, it is read to its end before
 * anything is touched. All rows come in one transaction: nobody ever sees a part of them.
 * @param file its bytes, from the first on at each call
 * @param isRepeatable whether it may be called twice, as a pipe may not
 * @throws what isForOperator knows
 */
export async function restoreInstallation(
  env: Env,
  logger: Logger,
  { file, isRepeatable }: { file(): AsyncIterable<Uint8Array>; isRepeatable: boolean },
  options: RestoreOptions,
): Promise<Restored> {
  const { askPassphrase, anyPepper = false } = options;
  if (isRepeatable) {
    const { header, reader } = await openBackup(file(), askPassphrase);
    await reader.check(header);
  }
  const { header, reader } = await openBackup(file(), askPassphrase);
  const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres({ dataDir: env.DATA_DIR, logger });
  try {
    if (embedded && !embedded.owned) {
      throw new RestoreRefusedError(`A Keyward is running on ${env.DATA_DIR}. Stop it first.`);
    }
    const { keyMaterial, putBack } = settleSecrets(env, header.secrets, options.secretsTo);
    let rows: RowCounts = {};
    let disabledWebhooks: number;
    try {
      ({ disabledWebhooks } = await withDatabaseNamed(env, () =>
        restoreDatabase(
          env.DATABASE_URL ?? embedded?.url ?? "",
          {
            migration: header.migration,
            async load(sql, tables) {
              const taken = await loadRows(sql, header, tables, (table) => reader.rowsOf(table));
              rows = await reader.readTrailer();
              assertSameCounts(taken, rows);
            },
            async check(sql) {
              if (!anyPepper) await checkRestoredKeys(sql, keyMaterial, header.secrets !== null);
            },
          },
          { folder: migrationsFolder(), pooling: env.DATABASE_POOLING, logger },
        ),
      ));
    } catch (error) {
      putBack();
      throw error;
    }
    return { header, rows, disabledWebhooks, audit: await note(env, logger, header) };
  } finally {
    await embedded?.stop();
  }
}

/** On record in the restored audit, whose chain it continues. */
async function note(env: Env, logger: Logger, header: BackupHeader): Promise<AuditVerification> {
  const { createdAt, version, secrets } = header;
  const runtime = await openRuntime(env, logger, "nothing", { anyKeyMaterial: true });
  try {
    const ctx = backgroundContextFor(runtime, "command line");
    return await noteRestore(ctx, { createdAt, version, secrets: secrets !== null });
  } finally {
    await runtime.close();
  }
}

function assertSameCounts(taken: RowCounts, told: RowCounts): void {
  for (const [name, count] of Object.entries(told)) {
    if (taken[name] !== count) {
      throw new BackupError(
        `Of ${count} rows of ${name}, Postgres took ${taken[name] ?? 0}. Nothing was restored.`,
      );
    }
  }
}

/**
 * Decides whose secrets the restored installation has. Those of its settings go first; the backup's come in where nothing
 * was set: into secrets.json beside an embedded Postgres, and into the file that the operator names.
 * @returns `putBack`: for a restore that fails
 */
function settleSecrets(
  env: Env,
  saved: SavedSecrets | null,
  secretsTo: string | undefined,
): { keyMaterial: KeyMaterial; putBack(): void } {
  const prefix = env.KEY_PREFIX;
  if (secretsTo !== undefined && !saved) {
    throw new RestoreRefusedError("The backup was made without secrets: there are none to write.");
  }
  const isEmbedded = env.DATABASE_URL === undefined;
  if (saved && (secretsTo !== undefined || (isEmbedded && env.KEY_PEPPER === undefined))) {
    const { keyPepper, previousKeyPepper, sessionSecret } = saved;
    const restored = {
      ...(keyPepper && { keyPepper }),
      ...(sessionSecret && { nextAuthSecret: sessionSecret }),
    };
    if (secretsTo !== undefined) writeSettings(secretsTo, saved);
    const putSecretsBack = isEmbedded ? replaceSecrets(env.DATA_DIR, restored) : () => undefined;
    return {
      keyMaterial: { prefix, pepper: keyPepper ?? undefined, previousPepper: previousKeyPepper ?? undefined },
      putBack() {
        if (secretsTo !== undefined) rmSync(secretsTo, { force: true });
        putSecretsBack();
      },
    };
  }
  const pepper = env.KEY_PEPPER ?? (isEmbedded ? loadSecrets(env.DATA_DIR).keyPepper : undefined);
  return {
    keyMaterial: { prefix, pepper, previousPepper: env.KEY_PEPPER_PREVIOUS },
    putBack: () => undefined,
  };
}

/** @throws RestoreRefusedError where the file cannot be made: it must not be there yet */
function writeSettings(file: string, saved: SavedSecrets): void {
  const settings = {
    KEY_PEPPER: saved.keyPepper,
    KEY_PEPPER_PREVIOUS: saved.previousKeyPepper === "" ? "none" : saved.previousKeyPepper,
    NEXTAUTH_SECRET: saved.sessionSecret,
  };
  const lines = Object.entries(settings).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${quoted(value)}\n`],
  );
  try {
    writeFileSync(file, lines.join(""), { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new RestoreRefusedError(`Cannot write the secrets: ${(error as Error).message}`, { cause: error });
  }
}

/** As dotenv reads it back, whatever characters the secret has. */
function quoted(value: string): string {
  if (/^[\w+/=-]+$/.test(value)) return value;
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
}
