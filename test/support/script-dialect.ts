import { createHash } from "node:crypto";

/**
 * First line of the scripts of @upstash/ratelimit since 2.1. The flag exists only at Upstash, where it narrows the lock
 * that a script takes to its own keys. Redis 7 refuses a script with a flag it does not know, and Redis 6 cannot parse
 * the line at all. Redis runs each script alone anyway, so nothing is lost without it.
 */
const UPSTASH_ONLY_LINE = "#!lua flags=allow-key-locking\n";

const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

/**
 * Makes a translator of commands from what @upstash/ratelimit sends to what a Redis that is not Upstash understands.
 * EVAL loses the line above. EVALSHA, which names the script by a digest that this Redis would never know, gets the
 * digest of what was sent instead: without that every decision would be a failed EVALSHA followed by a whole EVAL.
 * An EVALSHA seen before its EVAL goes through as it is; Redis answers NOSCRIPT and the library sends the EVAL.
 */
export function createScriptDialect(): (command: readonly string[]) => string[] {
  /** Digest as the library knows it, to digest as this Redis does. One entry per script of the library. */
  const digests = new Map<string, string>();

  return (command) => {
    const [name = "", script = "", ...rest] = command;
    switch (name.toLowerCase()) {
      case "eval": {
        if (!script.startsWith(UPSTASH_ONLY_LINE)) return [...command];
        const plain = script.slice(UPSTASH_ONLY_LINE.length);
        digests.set(sha1(script), sha1(plain));
        return [name, plain, ...rest];
      }
      case "evalsha":
        return [name, digests.get(script) ?? script, ...rest];
      default:
        return [...command];
    }
  };
}
