import { Redis, type UpstashRequest, type UpstashResponse } from "@upstash/redis";
import type { Link } from "./redis-link";
import { UPSTASH_SCRIPT_FLAGS } from "./window-script";

/** A Redis in the form that @upstash/ratelimit asks for, whatever lies between. */
export interface RedisConnection {
  redis: Redis;
  /**
   * First line of scripts sent to it. At Upstash a flag narrows the lock that a script takes to its own keys. Redis 7
   * refuses a script with a flag it does not know, and Redis 6 cannot parse the line at all. Redis runs each script alone
   * anyway, so nothing is lost without it.
   */
  scriptFlags: string;
  close(): Promise<void>;
}

/**
 * Gives up an HTTP request that nobody waits for any more, so that a server which swallows requests does not collect
 * open sockets. Milliseconds; longer than any caller waits.
 */
const HTTP_TIMEOUT_MS = 2_000;

/** Silence after a command, in milliseconds, from which a TCP connection counts as dead. */
const SILENCE_MS = 2_000;

/** Upstash over HTTP: one request per command, or one for all that fall into the same tick. Nothing is sent before the first. */
export function connectUpstash(url: string, token: string): RedisConnection {
  const redis = new Redis({
    url,
    token,
    // The whole decision has 200 ms; a second attempt would answer nobody. (`retry: false` means one retry in 1.39.)
    retry: { retries: 0 },
    enableTelemetry: false,
    signal: () => AbortSignal.timeout(HTTP_TIMEOUT_MS),
  });
  return { redis, scriptFlags: UPSTASH_SCRIPT_FLAGS, close: async () => {} };
}

/**
 * Redis over TCP, behind the interface of the Upstash client: `Redis` accepts a requester of one's own, and commands
 * reach it as the arrays that Redis speaks anyway.
 *
 * What answers that keys are elsewhere is a node of a Redis Cluster, and from then on the whole cluster is connected to.
 *
 * Connects at once, and again by itself after every loss. Commands given before the first attempt has ended wait for
 * it; later ones fail at once while there is no connection. Connection errors end there: whoever asks gets them.
 *
 * @param options.silenceMs Milliseconds without an answer after which the connection is replaced.
 */
export function connectRedis(url: string, options: { silenceMs?: number } = {}): RedisConnection {
  const { silenceMs = SILENCE_MS } = options;
  /** Undefined while it is being made, and at the end. */
  let link: Link | undefined;
  let opening: Promise<void> | undefined;
  let closed = false;

  // The client is a third of what a command of the command line would have to load, and most installations have no Redis.
  function use(make: () => Promise<Link>): void {
    link = undefined;
    const opened: Promise<void> = make()
      .then((made) => {
        if (closed) return made.destroy();
        link = made;
        return made.opened;
      })
      .finally(() => {
        if (opening === opened) opening = undefined;
      });
    // Whoever sends is told why not.
    opened.catch(() => undefined);
    opening = opened;
  }

  function connect(): void {
    link?.destroy();
    use(async () => (await import("./redis-link")).openLink(url, silenceMs, connect));
  }

  async function send(command: string[]): Promise<unknown> {
    await opening;
    const asked = linkInUse();
    try {
      return await asked.send(command);
    } catch (error) {
      if (!isMoved(error)) throw error;
      // Calls that were sent together are all told so; the first of them opens the cluster.
      if (link === asked) {
        asked.destroy();
        use(async () => (await import("./redis-cluster")).openCluster(url, connect));
      }
      await opening;
      return linkInUse().send(command);
    }
  }

  function linkInUse(): Link {
    if (!link) throw new Error("Not connected to Redis");
    return link;
  }

  async function request<Result>({ body }: UpstashRequest): Promise<UpstashResponse<Result>> {
    if (!Array.isArray(body)) throw new TypeError("A Redis command is an array");
    // The interface leaves the type of an answer to the caller, who knows what was asked.
    return { result: (await send(body.map(String))) as Result };
  }

  connect();
  return {
    redis: new Redis({ request }),
    scriptFlags: "",
    async close() {
      closed = true;
      link?.destroy();
    },
  };
}

/** A node of a cluster says of keys that another one holds: `MOVED 3999 127.0.0.1:6381`. */
function isMoved(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK) /.test(error.message);
}
