import { type Env, readEnv } from "@/env";
import { systemClock } from "./core/clock";
import { createLogger, type Logger } from "./core/logger";
import { loadSecrets } from "./core/secrets-file";
import { connectDatabases } from "./db/connections";
import { startEmbeddedPostgres } from "./db/embedded";
import { migrateDatabase } from "./db/migrate";
import type { Platform } from "./platform";
import { createLimiter } from "./rate-limit";
import { LastUseRecorder } from "./services/keys";

/** A platform that somebody opened and has to close. */
export interface OpenPlatform extends Platform {
  /** Flushes what is pending, closes the connections, and stops the embedded Postgres if this process started it. */
  close(): Promise<void>;
}

/** The deployment's public URL; on a laptop, where nothing is configured, the one the server listens on. */
function publicUrl(env: Env): string {
  return (env.NEXTAUTH_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");
}

/**
 * Puts the parts together for the settings: embedded or given Postgres, migrated; the limiter; the pools.
 * With DATABASE_URL the pepper comes from KEY_PEPPER alone: one made by this machine would make every key unknown to
 * the other machines of the installation.
 * @throws InvalidEnvError, EmbeddedPostgresError, SecretsFileError with what to do about it
 */
export async function openPlatform(env: Env, logger: Logger): Promise<OpenPlatform> {
  const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres({ dataDir: env.DATA_DIR, logger });
  const url = env.DATABASE_URL ?? embedded?.url ?? "";
  try {
    await migrateDatabase(url);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  const platform = assemble(env, logger, {
    url,
    pepper: env.KEY_PEPPER ?? (embedded ? loadSecrets(env.DATA_DIR).keyPepper : undefined),
    sessionSecret: env.NEXTAUTH_SECRET ?? loadSecrets(env.DATA_DIR).nextAuthSecret,
  });
  return {
    ...platform,
    async close() {
      await platform.lastUse.flush();
      await Promise.all([platform.databases.end(), platform.limiter.close()]);
      await embedded?.stop();
    },
  };
}

/** The platform of given parts; connects to nothing before the first query. */
export function assemble(
  env: Env,
  logger: Logger,
  parts: { url: string; pepper: string | undefined; sessionSecret: string; clock?: Platform["clock"] },
): Platform {
  const clock = parts.clock ?? systemClock;
  const databases = connectDatabases(parts.url, {
    poolSize: env.DATABASE_POOL_SIZE,
    pooling: env.DATABASE_POOLING,
  });
  return {
    env,
    baseUrl: publicUrl(env),
    clock,
    logger,
    databases,
    limiter: createLimiter({ env, clock, logger }),
    lastUse: new LastUseRecorder(databases, logger),
    sessionSecret: parts.sessionSecret,
    keyMaterial: { prefix: env.KEY_PREFIX, pepper: parts.pepper },
  };
}

// One platform per process: Next's bundle and main.ts's live in one process and must share pools and counters.
const shared = globalThis as typeof globalThis & { keywardPlatform?: Platform };

/** Makes the platform that main.ts opened the one of this process. */
export function sharePlatform(platform: Platform): void {
  shared.keywardPlatform = platform;
}

/**
 * The platform of this process: the one of main.ts, or, where Next runs alone (Vercel-style hosting), one made from the
 * settings at first use. There nothing can be kept on disk, so Postgres and the session secret must be given.
 * @throws Error naming the missing settings
 */
export function getPlatform(): Platform {
  if (!shared.keywardPlatform) {
    const env = readEnv();
    if (!env.DATABASE_URL || !env.NEXTAUTH_SECRET) {
      throw new Error("Without main.ts (npm start) Keyward needs DATABASE_URL and NEXTAUTH_SECRET.");
    }
    shared.keywardPlatform = assemble(env, createLogger(env.LOG_LEVEL), {
      url: env.DATABASE_URL,
      pepper: env.KEY_PEPPER,
      sessionSecret: env.NEXTAUTH_SECRET,
    });
  }
  return shared.keywardPlatform;
}
