import type { Env } from "@/env";
import type { Clock } from "@/server/core/clock";
import type { Logger } from "@/server/core/logger";
import type { Limiter } from "./limiter";
import { createMemoryLimiter } from "./memory-limiter";
import { connectRedis, connectUpstash, type RedisConnection } from "./redis-connection";
import { createResilientLimiter } from "./resilient-limiter";
import { createUpstashLimiter } from "./upstash-limiter";

export { CallsInFlight } from "./calls-in-flight";
export { retryAfterSeconds } from "./decision";
export type { LimitDecision, Limiter, PolicyState, RatePolicy } from "./limiter";
export {
  authFailurePolicies,
  authFailureSubject,
  invitationPolicies,
  keyPolicies,
  keySubject,
  lookUpPolicies,
  lookUpSubject,
  passkeyAskPolicies,
  providerVisitPolicies,
  resetMailPolicies,
  resetRequestPolicies,
  type SubjectPolicies,
  secondFactorPolicies,
  signInPolicies,
} from "./policies";
export { countRefused } from "./replay";

export type LimiterEnv = Pick<Env, "REDIS_URL" | "UPSTASH_REDIS_REST_TOKEN" | "UPSTASH_REDIS_REST_URL">;

/**
 * The limiter for the settings: Upstash over HTTP, else Redis over TCP, else this process alone.
 *
 * One per process, as it owns a connection; `close` it at the end. A Redis that is away when this is called does not
 * make it fail: decisions are taken locally until it comes, and `ping` tells. Without Redis `ping` always succeeds.
 */
export function createLimiter(parts: { env: LimiterEnv; clock: Clock; logger: Logger }): Limiter {
  const { env, clock, logger } = parts;
  const local = createMemoryLimiter({ clock });
  const connection = connect(env);
  if (!connection) return local;
  return createResilientLimiter({ shared: createUpstashLimiter(connection, clock), local, clock, logger });
}

/** Where limits are counted. */
export function limiterKind(env: LimiterEnv): "upstash" | "redis" | "memory" {
  if (env.UPSTASH_REDIS_REST_URL && env.UPSTASH_REDIS_REST_TOKEN) return "upstash";
  return env.REDIS_URL ? "redis" : "memory";
}

/** Where both are set, Upstash: a platform that calls for HTTP may well hand out a TCP address too, which functions that live for a moment should not use. */
function connect(env: LimiterEnv): RedisConnection | undefined {
  if (env.UPSTASH_REDIS_REST_URL && env.UPSTASH_REDIS_REST_TOKEN) {
    return connectUpstash(env.UPSTASH_REDIS_REST_URL, env.UPSTASH_REDIS_REST_TOKEN);
  }
  return env.REDIS_URL ? connectRedis(env.REDIS_URL) : undefined;
}
