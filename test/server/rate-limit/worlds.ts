import type { ServerPackage } from "@test/support/programs";
import { startRedis } from "@test/support/redis";
import { startUpstashServer } from "@test/support/upstash-server";
import { systemClock } from "@/server/core/clock";
import type { Limiter } from "@/server/rate-limit";
import { createMemoryLimiter } from "@/server/rate-limit/memory-limiter";
import { connectRedis, connectUpstash } from "@/server/rate-limit/redis-connection";
import { createUpstashLimiter } from "@/server/rate-limit/upstash-limiter";

/** A place where limits are counted, with two limiters on the same counters, as two processes would have them. */
export interface World {
  limiters: [Limiter, Limiter];
  end(): Promise<void>;
}

/** Every way in which limits can be counted. All of them take the time from `Date`. */
export const WORLDS: { name: string; tags: ServerPackage[]; begin(): Promise<World> }[] = [
  {
    name: "in memory",
    tags: [],
    async begin() {
      const limiter = createMemoryLimiter({ clock: systemClock });
      return { limiters: [limiter, limiter], end: () => limiter.close() };
    },
  },
  {
    name: "on Redis over TCP",
    tags: ["redis-server"],
    async begin() {
      const redis = await startRedis();
      const one = createUpstashLimiter(connectRedis(redis.url));
      const other = createUpstashLimiter(connectRedis(redis.url));
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
      const one = createUpstashLimiter(connectUpstash(server.url, server.token));
      const other = createUpstashLimiter(connectUpstash(server.url, server.token));
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
