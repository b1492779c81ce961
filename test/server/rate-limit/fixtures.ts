import type { ServerPackage } from "@test/support/programs";
import { startRedis } from "@test/support/redis";
import { startUpstashServer } from "@test/support/upstash-server";
import type { Clock } from "@/server/core/clock";
import type { Limiter } from "@/server/rate-limit";
import { createMemoryLimiter } from "@/server/rate-limit/memory-limiter";
import { connectRedis, connectUpstash } from "@/server/rate-limit/redis-connection";
import { createUpstashLimiter } from "@/server/rate-limit/upstash-limiter";

/** The clock that tests set by setting `Date`. */
export const DATE: Clock = { now: () => new Date() };

/** A place where limits are counted, with two limiters on the same counters, as two processes would have them. */
export interface LimiterFixture {
  limiters: [Limiter, Limiter];
  end(): Promise<void>;
}

/** Every way in which limits can be counted. All of them take the time from `Date`. */
export const LIMITER_FIXTURES: { name: string; tags: ServerPackage[]; begin(): Promise<LimiterFixture> }[] = [
  {
    name: "in memory",
    tags: [],
    async begin() {
      const limiter = createMemoryLimiter({ clock: DATE });
      return { limiters: [limiter, limiter], end: () => limiter.close() };
    },
  },
  {
    name: "on Redis over TCP",
    tags: ["redis-server"],
    async begin() {
      const redis = await startRedis();
      const one = createUpstashLimiter(connectRedis(redis.url), DATE);
      const other = createUpstashLimiter(connectRedis(redis.url), DATE);
      return {
        limiters: [one, other],
        async end() {
          await Promise.all([one.close(), other.close()]);
          await redis.stop();
        },
      };
    },
  },
  {
    name: "through the HTTP protocol of Upstash",
    tags: ["redis-server"],
    async begin() {
      const redis = await startRedis();
      const server = await startUpstashServer({ redisUrl: redis.url });
      const one = createUpstashLimiter(connectUpstash(server.url, server.token), DATE);
      const other = createUpstashLimiter(connectUpstash(server.url, server.token), DATE);
      return {
        limiters: [one, other],
        async end() {
          await server.stop();
          await redis.stop();
        },
      };
    },
  },
];

let subjects = 0;

/** A subject that no other test counts for. */
export function newSubject(): string {
  subjects += 1;
  return `test:${subjects}`;
}
