import type { Env } from "@/env";
import type { Logger } from "./core/logger";
import { loadSecrets } from "./core/secrets-file";
import type { Isolation } from "./db/connections";
import { startEmbeddedPostgres } from "./db/embedded";
import { diskSpaceOf } from "./db/embedded/disk-space";
import { migrateDatabase } from "./db/migrate";
import type { Platform } from "./platform";
import { assemble } from "./shared-platform";

/** A platform that somebody opened and has to close. */
export interface OpenPlatform extends Platform {
  /** Of the Postgres in use, for what brings its own connections (the job queue). */
  databaseUrl: string;
  /** Flushes what is pending, closes the connections, and stops the embedded Postgres if this process started it. */
  close(): Promise<void>;
}

/**
 * Puts the parts together for the settings: embedded or given Postgres, migrated; the limiter; the pools.
 * For main.ts and the command line; Next's bundle has no business with the embedded Postgres (shared-platform.ts).
 * With DATABASE_URL the pepper comes from KEY_PEPPER alone: one made by this machine would make every key unknown to
 * the other machines of the installation.
 * @throws InvalidEnvError, EmbeddedPostgresError, SecretsFileError with what to do about it
 */
export async function openPlatform(env: Env, logger: Logger): Promise<OpenPlatform> {
  const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres({ dataDir: env.DATA_DIR, logger });
  const url = env.DATABASE_URL ?? embedded?.url ?? "";
  let isolation: Isolation;
  try {
    isolation = await migrateDatabase(url, { pooling: env.DATABASE_POOLING, logger });
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  const platform = assemble(env, logger, {
    url,
    isolation,
    pepper: env.KEY_PEPPER ?? (embedded ? loadSecrets(env.DATA_DIR).keyPepper : undefined),
    sessionSecret: env.NEXTAUTH_SECRET ?? loadSecrets(env.DATA_DIR).nextAuthSecret,
    // Of a Postgres elsewhere the disk is not to be seen.
    diskSpace: embedded ? () => diskSpaceOf(env.DATA_DIR) : undefined,
  });
  return {
    ...platform,
    databaseUrl: url,
    async close() {
      await Promise.all([platform.lastUse.flush(), platform.requestLog.close()]);
      await Promise.all([platform.databases.end(), platform.limiter.close()]);
      await embedded?.stop();
    },
  };
}
