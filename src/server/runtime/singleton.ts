import { readEnv } from "@/env";
import { AppError, isAppError } from "@/server/core/errors";
import { createLogger } from "@/server/core/logger";
import { translateOutage } from "@/server/database/errors";
import { findIsolation } from "@/server/database/migrate";
import { measureClock } from "@/server/services/health";
import { startTracing } from "@/server/tracing/tracing";
import { closeRuntime, createRuntime } from "./create";
import { claimKeyMaterial } from "./key-material";
import type { Runtime } from "./runtime";

// One runtime per process: Next's bundle and main.ts's live in one process and must share pools and counters.
const shared = globalThis as typeof globalThis & { keywardRuntime?: Promise<Runtime> };

/** Of a server that cannot start: somebody has to correct a setting first. */
const RETRY_AFTER_SECONDS = 60;

/** Makes the runtime that main.ts opened the one of this process. */
export function setRuntime(runtime: Runtime): void {
  shared.keywardRuntime = Promise.resolve(runtime);
}

/**
 * The runtime of this process: the one of main.ts, or, where Next runs alone (Vercel-style hosting), one made from the
 * settings at first use. There nothing can be kept on disk, so Postgres and the session secret must be given.
 * @throws AppError unavailable, where a setting, the pepper or the database's version does not fit; and where Postgres is
 *   away, which has to be asked how it keeps the environments apart: without its answer a process would settle for less for
 *   as long as it lives
 */
export function getRuntime(): Promise<Runtime> {
  shared.keywardRuntime ??= runtimeOfSettings().catch((error: unknown) => {
    // The next call tries again: a failure that is kept would outlast its cause.
    shared.keywardRuntime = undefined;
    if (isAppError(error)) throw error;
    createLogger("error").error({ err: error }, "Keyward cannot start");
    throw new AppError(
      "unavailable",
      "This server cannot start. Its log says what is to be corrected.",
      { retryAfter: RETRY_AFTER_SECONDS },
      error,
    );
  });
  return shared.keywardRuntime;
}

async function runtimeOfSettings(): Promise<Runtime> {
  const env = readEnv();
  if (!env.DATABASE_URL || !env.NEXTAUTH_SECRET) {
    throw new Error("Without main.ts (npm start) Keyward needs DATABASE_URL and NEXTAUTH_SECRET.");
  }
  // NextAuth reads it itself, and would take one that is set to nothing for a URL.
  if (!env.NEXTAUTH_URL) delete process.env.NEXTAUTH_URL;
  const logger = createLogger(env.LOG_LEVEL);
  const { DATABASE_URL: url, DATABASE_POOLING: pooling } = env;
  const isolation = await translateOutage(() => findIsolation(url, pooling)).catch((error: unknown) => {
    logger.error({ err: error }, "The database could not be asked for the logins of the environments");
    throw error;
  });
  const runtime = createRuntime(env, logger, {
    url,
    isolation,
    pepper: env.KEY_PEPPER,
    sessionSecret: env.NEXTAUTH_SECRET,
    tracing: await startTracing(env, logger),
  });
  try {
    await claimKeyMaterial(runtime.databases, runtime.keyMaterial, { adopts: true });
  } catch (error) {
    await closeRuntime(runtime);
    throw error;
  }
  await measureClock(runtime);
  return runtime;
}
