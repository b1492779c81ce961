import type { Env } from "@/env";
import type { LastUseRecorder } from "@/gateway/authenticate/last-used";
import type { RequestLog } from "@/gateway/request-log/request-log";
import type { ClickHouse } from "@/server/clickhouse/connection";
import type { Background } from "@/server/core/background";
import type { AddressReader } from "@/server/core/client-address";
import type { FilesUnderWay } from "@/server/core/files-under-way";
import type { Logger } from "@/server/core/logger";
import type { Principal } from "@/server/core/principal";
import type { Databases } from "@/server/database/connections";
import type { DatabaseClock } from "@/server/database/database-clock";
import { BACKGROUND_LIMITS } from "@/server/database/time-limits";
import type { Mailer } from "@/server/mail/mailer";
import type { Metrics } from "@/server/metrics/metrics";
import { type CallsInFlight, type Limiter, limiterKind } from "@/server/rate-limit";
import type { KeyMaterial, ServiceContext } from "@/server/services/context";
import type { Deployment } from "@/server/services/health";
import type { Tracing } from "@/server/tracing/tracing";
import type { WebhookSender } from "@/server/webhooks/sender";

/** The parts of a running Keyward, put together once at start and shared by the API and the console. */
export interface Runtime {
  env: Env;
  /** Public URL of the deployment, without a slash at the end. */
  baseUrl: string;
  clock: DatabaseClock;
  logger: Logger;
  /** The client's address of a call, for the API and the console. */
  addressOf: AddressReader;
  databases: Databases;
  limiter: Limiter;
  callsInFlight: CallsInFlight;
  filesUnderWay: FilesUnderWay;
  lastUse: LastUseRecorder;
  requestLog: RequestLog;
  /** Null: the log of calls is in Postgres alone. */
  clickhouse: ClickHouse | null;
  background: Background;
  /** Null: no mail is set up. */
  mailer: Mailer | null;
  webhookSender: WebhookSender;
  /** Null: nobody has asked for metrics, and nothing is counted for them. */
  metrics: Metrics | null;
  /** Null: calls are not traced. */
  tracing: Tracing | null;
  /** `NEXTAUTH_SECRET`: signs NextAuth's form tokens, and changing it ends every session. */
  sessionSecret: string;
  keyMaterial: KeyMaterial;
}

/** The circumstances of a call, for the context of the verbs that serve it. */
export interface RequestMeta extends Pick<ServiceContext, "requestId" | "answerBy"> {
  ip: string | null;
  userAgent: string | null;
}

/** The context in which a principal's verbs run. */
export function contextFor<Actor extends Principal>(
  runtime: Runtime,
  principal: Actor,
  { requestId, ip, userAgent, answerBy }: RequestMeta = { requestId: null, ip: null, userAgent: null },
): ServiceContext & { principal: Actor } {
  const { clock, databases, clickhouse, limiter, logger, background } = runtime;
  const { keyMaterial, sessionSecret, mailer, webhookSender, baseUrl } = runtime;
  return {
    principal,
    clock,
    databases,
    clickhouse,
    limiter,
    logger,
    background,
    keyMaterial,
    sessionSecret,
    mailer,
    webhookSender,
    baseUrl,
    requestId,
    ip,
    userAgent,
    answerBy,
  };
}

/** The context of Keyward's own work and the operator's commands: no call waits, so a statement may take longer. */
export function backgroundContextFor(runtime: Runtime, name: "jobs" | "command line") {
  return { ...contextFor(runtime, { kind: "system", name }), limits: BACKGROUND_LIMITS };
}

/**
 * What checks compare with what is.
 * @param mended what the start of this process found wrong in the database, and put right
 */
export function deploymentOf(env: Env, mended: readonly string[] = []): Deployment {
  return {
    publicUrl: env.NEXTAUTH_URL ?? null,
    isDevelopment: env.NODE_ENV === "development",
    isPostgresGiven: env.DATABASE_URL !== undefined,
    dataDir: env.DATA_DIR,
    poolSize: env.DATABASE_POOL_SIZE,
    workers: env.WORKERS,
    trustedProxies: env.TRUSTED_PROXIES,
    limits: limiterKind(env),
    allowsPerProcessLimits: env.ALLOW_PER_PROCESS_LIMITS === "true",
    hasCronSecret: env.CRON_SECRET !== undefined,
    mended,
  };
}
