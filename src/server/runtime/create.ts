import { type Env, readEnv } from "@/env";
import { LastUseRecorder } from "@/gateway/authenticate/last-used";
import { RequestLog } from "@/gateway/request-log/request-log";
import type { RequestLogParts } from "@/gateway/request-log/writer";
import { connectClickHouse } from "@/server/clickhouse/connection";
import { Background } from "@/server/core/background";
import { addressReader } from "@/server/core/client-address";
import { FilesUnderWay } from "@/server/core/files-under-way";
import type { Logger } from "@/server/core/logger";
import { connectDatabases, type Isolation } from "@/server/database/connections";
import { type DatabaseClock, MeasuredClock } from "@/server/database/database-clock";
import { createMailer } from "@/server/mail/mailer";
import { Metrics } from "@/server/metrics/metrics";
import { CallsInFlight, createLimiter } from "@/server/rate-limit";
import type { Tracing } from "@/server/tracing/tracing";
import { createWebhookSender } from "@/server/webhooks/sender";
import type { Runtime } from "./runtime";

/** The deployment's public URL; on a laptop, where nothing is configured, the one the server listens on. */
function baseUrlOf(env: Env): string {
  return (env.NEXTAUTH_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");
}

/** The same, for an answer while there is no runtime. */
export const baseUrlOfSettings = () => baseUrlOf(readEnv());

/** Whether the settings ask for metrics. */
const isMeasured = (env: Env) => env.METRICS_TOKEN !== undefined || env.METRICS_PORT !== undefined;

/** The runtime of given parts; connects to nothing before the first query. */
export function createRuntime(
  env: Env,
  logger: Logger,
  parts: {
    url: string;
    /** How the start found the environments kept apart (database/migrate.ts); absent: by the owner's login and settings. */
    isolation?: Isolation;
    pepper: string | undefined;
    sessionSecret: string;
    clock?: DatabaseClock;
    diskSpace?: RequestLogParts["diskSpace"];
    tracing?: Tracing | null;
    /** Its number, of several workers. */
    worker?: number;
  },
): Runtime {
  const clock = parts.clock ?? new MeasuredClock((skewMs) => reportSkew(logger, skewMs));
  const keyMaterial = {
    prefix: env.KEY_PREFIX,
    pepper: parts.pepper,
    previousPepper: env.KEY_PEPPER_PREVIOUS,
  };
  const databases = connectDatabases(parts.url, {
    poolSize: env.DATABASE_POOL_SIZE,
    pooling: env.DATABASE_POOLING,
    isolation: parts.isolation,
    clock,
  });
  const clickhouse = env.CLICKHOUSE_URL === undefined ? null : connectClickHouse(env.CLICKHOUSE_URL);
  const { diskSpace } = parts;
  return {
    env,
    baseUrl: baseUrlOf(env),
    clock,
    logger,
    addressOf: addressReader(env, logger),
    databases,
    limiter: createLimiter({ env, clock, logger }),
    callsInFlight: new CallsInFlight(env.MAX_CALLS_IN_FLIGHT_PER_KEY),
    filesUnderWay: new FilesUnderWay(),
    lastUse: new LastUseRecorder(databases, logger),
    requestLog: new RequestLog({ databases, clock, logger, keyMaterial, diskSpace, clickhouse }),
    clickhouse,
    background: new Background(logger),
    mailer: createMailer(env),
    webhookSender: createWebhookSender(env),
    metrics: isMeasured(env) ? new Metrics(parts.worker) : null,
    tracing: parts.tracing ?? null,
    sessionSecret: parts.sessionSecret,
    keyMaterial,
  };
}

/** Writes what is pending, and closes the connections. */
export async function closeRuntime({
  lastUse,
  requestLog,
  databases,
  clickhouse,
  limiter,
  background,
  tracing,
}: Runtime): Promise<void> {
  await background.settled();
  await Promise.all([lastUse.flush(), requestLog.close(), tracing?.close()]);
  await Promise.all([databases.end(), clickhouse?.close(), limiter.close()]);
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
