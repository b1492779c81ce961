import { type Env, readEnv } from "@/env";
import { addressReader } from "./core/client-address";
import { createLogger, type Logger } from "./core/logger";
import { connectDatabases, type Isolation } from "./db/connections";
import { type DatabaseClock, MeasuredClock } from "./db/database-clock";
import { translateOutage } from "./db/errors";
import { findIsolation } from "./db/migrate";
import type { Platform } from "./platform";
import { CallsInFlight, createLimiter } from "./rate-limit";
import { measureClock } from "./services/health";
import { LastUseRecorder } from "./services/keys";
import { RequestRecorder, type RequestRecorderParts } from "./services/requests";

/** The deployment's public URL; on a laptop, where nothing is configured, the one the server listens on. */
function baseUrlOf(env: Env): string {
  return (env.NEXTAUTH_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");
}

/** The same, for an answer while there is no platform. */
export const baseUrlOfSettings = () => baseUrlOf(readEnv());

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
    clock?: DatabaseClock;
    diskSpace?: RequestRecorderParts["diskSpace"];
  },
): Platform {
  const clock = parts.clock ?? new MeasuredClock((skewMs) => reportSkew(logger, skewMs));
  const keyMaterial = { prefix: env.KEY_PREFIX, pepper: parts.pepper };
  const databases = connectDatabases(parts.url, {
    poolSize: env.DATABASE_POOL_SIZE,
    pooling: env.DATABASE_POOLING,
    isolation: parts.isolation,
    clock,
  });
  return {
    env,
    baseUrl: baseUrlOf(env),
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

function reportSkew(logger: Logger, skewMs: number | null): void {
  if (skewMs === null) {
    logger.info("This machine's clock agrees with Postgres' again.");
    return;
  }
  const off = `${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs < 0 ? "behind" : "ahead of"} Postgres'`;
  logger.warn(
    { skewMs },
    `This machine's clock is ${off}. Keyward goes by Postgres'; set the machine's (NTP).`,
  );
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
 * @throws InvalidEnvError, Error naming the missing settings; AppError unavailable where Postgres is away, which has to be
 *   asked how it keeps the environments apart: without its answer a process would settle for less for as long as it lives
 */
export function getPlatform(): Promise<Platform> {
  shared.keywardPlatform ??= platformOfSettings().catch((error: unknown) => {
    // The next call tries again: a failure that is kept would outlast its cause.
    shared.keywardPlatform = undefined;
    throw error;
  });
  return shared.keywardPlatform;
}

async function platformOfSettings(): Promise<Platform> {
  const env = readEnv();
  if (!env.DATABASE_URL || !env.NEXTAUTH_SECRET) {
    throw new Error("Without main.ts (npm start) Keyward needs DATABASE_URL and NEXTAUTH_SECRET.");
  }
  const logger = createLogger(env.LOG_LEVEL);
  const { DATABASE_URL: url, DATABASE_POOLING: pooling } = env;
  const isolation = await translateOutage(() => findIsolation(url, pooling)).catch((error: unknown) => {
    logger.error({ err: error }, "The database could not be asked for the logins of the environments");
    throw error;
  });
  const platform = assemble(env, logger, {
    url,
    isolation,
    pepper: env.KEY_PEPPER,
    sessionSecret: env.NEXTAUTH_SECRET,
  });
  await measureClock(platform);
  return platform;
}
