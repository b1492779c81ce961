import { countListeners } from "@/server/database/sessions-seen";
import { type Check, error, ok, warning } from "./check";

/** A decision on each call has 200 ms; a Redis that takes this long is on its way to be passed over. Milliseconds. */
const SLOW_MS = 50;

const PLACES = { redis: "Redis", upstash: "Upstash" } as const;

/** Whether the shared counters can be reached, run the script that decides, and keep what they count. */
export const checkLimits: Check = async (ctx, { limits }) => {
  if (limits === "memory")
    return ok("Limits are counted in this process (no REDIS_URL, no UPSTASH_REDIS_REST_URL).");
  const place = PLACES[limits];
  try {
    // The first opens the connection; the second is what a call would wait for.
    await ctx.limiter.ping();
    const askedAt = performance.now();
    await ctx.limiter.ping();
    const tookMs = Math.round(performance.now() - askedAt);
    if (tookMs <= SLOW_MS) return ok(`${place} counts limits, evicts nothing, and answers in ${tookMs} ms.`);
    return warning(
      `${place} takes ${tookMs} ms; each call waits for it, and above 200 ms it is passed over.`,
      "Put it nearer: the same region, the same network.",
    );
  } catch (cause) {
    const reason = reasonOf(cause);
    return error(
      `${place} cannot be relied on (${reason}): each process counts limits on its own.`,
      /evict/i.test(reason)
        ? "Set maxmemory-policy noeviction in Redis."
        : limits === "redis"
          ? "Check REDIS_URL: host, port, password, TLS (rediss://), and that it may write (no replica)."
          : "Check UPSTASH_REDIS_REST_URL and its token, which must not be the read-only one.",
    );
  }
};

/** The first cause: what wraps it only says that there is no connection. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.cause instanceof Error) return reasonOf(thrown.cause);
  return (thrown.message || String("code" in thrown ? thrown.code : thrown.name))
    .replace(/\s+/g, " ")
    .slice(0, 200);
}

/** Whether several processes count limits each for itself: a key then has its limit as often. */
export const checkProcesses: Check = async (ctx, { limits, allowsPerProcessLimits }) => {
  if (ctx.databases.pooling === "transaction") {
    return ok("Behind a pooler of transactions, other processes cannot be seen.");
  }
  const processes = await countListeners(ctx.databases);
  if (processes > 1 && limits === "memory") {
    return (allowsPerProcessLimits ? warning : error)(
      `${processes} processes serve, and none shares its limits: a key has its limit ${processes} times.`,
      "Set REDIS_URL (or UPSTASH_REDIS_REST_URL and its token) for all of them.",
    );
  }
  if (processes === 0)
    return ok("No server is running on this database (functions of a serverless hosting are not seen).");
  return ok(`${processes} ${processes === 1 ? "process serves" : "processes serve"} this database.`);
};
