import { type Env, readEnv } from "@/env";
import { addressReader } from "./core/client-address";
import { systemClock } from "./core/clock";
import { createLogger, type Logger } from "./core/logger";
import { connectDatabases } from "./db/connections";
import type { Platform } from "./platform";
import { CallsInFlight, createLimiter } from "./rate-limit";
import { LastUseRecorder } from "./services/keys";
import { RequestRecorder } from "./services/requests";

/** The deployment's public URL; on a laptop, where nothing is configured, the one the server listens on. */
function publicUrl(env: Env): string {
  return (env.NEXTAUTH_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");
}

/** The platform of given parts; connects to nothing before the first query. */
export function assemble(
  env: Env,
  logger: Logger,
  parts: { url: string; pepper: string | undefined; sessionSecret: string; clock?: Platform["clock"] },
): Platform {
  const clock = parts.clock ?? systemClock;
  const keyMaterial = { prefix: env.KEY_PREFIX, pepper: parts.pepper };
  const databases = connectDatabases(parts.url, {
    poolSize: env.DATABASE_POOL_SIZE,
    pooling: env.DATABASE_POOLING,
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
    requestLog: new RequestRecorder({ databases, clock, logger, keyMaterial }),
    sessionSecret: parts.sessionSecret,
    keyMaterial,
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
