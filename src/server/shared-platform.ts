import { type Env, readEnv } from "@/env";
import { addressReader } from "./core/client-address";
import { systemClock } from "./core/clock";
import { createLogger, type Logger } from "./core/logger";
import { connectDatabases, type Isolation } from "./db/connections";
import { findIsolation } from "./db/migrate";
import type { Platform } from "./platform";
import { CallsInFlight, createLimiter } from "./rate-limit";
import { LastUseRecorder } from "./services/keys";
import { RequestRecorder, type RequestRecorderParts } from "./services/requests";

/** The deployment's public URL; on a laptop, where nothing is configured, the one the server listens on. */
function publicUrl(env: Env): string {
  return (env.NEXTAUTH_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");
}

/** The platform of given parts; connects to nothing before the first query. */
export function assemble(
  env: Env,
  logger: Logger,
  parts: {
    url: string;
    /** How the start found the environments kept apart (db/migrate.ts); absent: by the owner's login and settings. */
    isolation?: Isolation;
    pepper: string | undefined;
    sessionSecret: string;
    clock?: Platform["clock"];
    diskSpace?: RequestRecorderParts["diskSpace"];
  },
): Platform {
  const clock = parts.clock ?? systemClock;
  const keyMaterial = { prefix: env.KEY_PREFIX, pepper: parts.pepper };
  const databases = connectDatabases(parts.url, {
    poolSize: env.DATABASE_POOL_SIZE,
    pooling: env.DATABASE_POOLING,
    isolation: parts.isolation,
  });
  return {
    env,
    baseUrl: publicUrl(env),
    clock,
    logger,
    addressOf: addressReader(env, logger),
    databases,
    limiter: createLimiter({ env, clock, logger }),
    callsInFlight: new CallsInFlight(env.MAX_CALLS_IN_FLIGHT_PER_KEY),
    lastUse: new LastUseRecorder(databases, logger),
    requestLog: new RequestRecorder({ databases, clock, logger, keyMaterial, diskSpace: parts.diskSpace }),
    sessionSecret: parts.sessionSecret,
    keyMaterial,
  };
}

// One platform per process: Next's bundle and main.ts's live in one process and must share pools and counters.
const shared = globalThis as typeof globalThis & { keywardPlatform?: Promise<Platform> };

/** Makes the platform that main.ts opened the one of this process. */
export function sharePlatform(platform: Platform): void {
  shared.keywardPlatform = Promise.resolve(platform);
}

/**
 * The platform of this process: the one of main.ts, or, where Next runs alone (Vercel-style hosting), one made from the
 * settings at first use. There nothing can be kept on disk, so Postgres and the session secret must be given.
 * @throws Error naming the missing settings
 */
export function getPlatform(): Promise<Platform> {
  shared.keywardPlatform ??= platformOfSettings();
  return shared.keywardPlatform;
}

async function platformOfSettings(): Promise<Platform> {
  const env = readEnv();
  if (!env.DATABASE_URL || !env.NEXTAUTH_SECRET) {
    throw new Error("Without main.ts (npm start) Keyward needs DATABASE_URL and NEXTAUTH_SECRET.");
  }
  const logger = createLogger(env.LOG_LEVEL);
  const isolation = await findIsolation(env.DATABASE_URL, env.DATABASE_POOLING).catch((error: unknown) => {
    // Away at this moment: calls are answered with 503 until it is back, and then served all the same.
    logger.warn({ err: error }, "Could not ask the database for the logins of the environments");
    return undefined;
  });
  return assemble(env, logger, {
    url: env.DATABASE_URL,
    isolation,
    pepper: env.KEY_PEPPER,
    sessionSecret: env.NEXTAUTH_SECRET,
  });
}
