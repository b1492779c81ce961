import { createHash } from "node:crypto";
import { Ratelimit } from "@upstash/ratelimit";
import { Redis } from "@upstash/redis";

/** A script of Redis, with the digest by which EVALSHA names it. */
export interface Script {
  text: string;
  sha1: string;
}

/** First line of the library's scripts since 2.1; see {@link import("./redis-connection").RedisConnection.scriptFlags}. */
export const UPSTASH_SCRIPT_FLAGS = "#!lua flags=allow-key-locking\n";

/**
 * One script for all windows of a call, so that a decision is one round trip, and no call of another process comes in
 * between its windows. It decides nothing by itself: each window is the script of @upstash/ratelimit, word for word, as a
 * function whose parameters take the places of `KEYS` and `ARGV`.
 *
 * KEYS: the counters of the current and the previous window, for each policy in the order in which they are counted.
 * ARGV: the present, then limit and length of each window. Answer, three numbers for each: 1 passed, 0 refused, -1 not
 * asked; then the two counts after it.
 */
export async function windowScript(flags: string): Promise<Script> {
  const text = `${flags}local function consume(KEYS, ARGV)
${await libraryScript()}
end
local now = ARGV[1]
local refused = false
local answer = {}
for at = 1, #KEYS, 2 do
  local counters = { KEYS[at], KEYS[at + 1] }
  local passed = -1
  if not refused then
    refused = consume(counters, { ARGV[at + 1], now, ARGV[at + 2], 1 })[1] < 0
    passed = refused and 0 or 1
  end
  local counts = redis.call("MGET", unpack(counters))
  answer[#answer + 1] = passed
  answer[#answer + 1] = tonumber(counts[1] or 0)
  answer[#answer + 1] = tonumber(counts[2] or 0)
end
return answer
`;
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/** The script of the library's sliding window, without its flags. It exports none, so this is what it would send. */
async function libraryScript(): Promise<string> {
  let sent = "";
  const redis = new Redis({
    async request<Result>({ body }: { body?: unknown }) {
      const [command, script] = body as string[];
      // Without this answer the library sends the digest alone.
      if (command?.toLowerCase() !== "eval") throw new Error("NOSCRIPT");
      sent = script ?? "";
      return { result: [0, 1] as Result };
    },
  });
  await Ratelimit.slidingWindow(1, "1 ms")().limit({ redis, prefix: "" }, "");
  if (!sent.startsWith(UPSTASH_SCRIPT_FLAGS)) throw new Error("@upstash/ratelimit has another script now");
  return sent.slice(UPSTASH_SCRIPT_FLAGS.length);
}
