import { once } from "node:events";
import { createClient } from "@redis/client";
import { Redis, type UpstashRequest, type UpstashResponse } from "@upstash/redis";
import { openCluster } from "./redis-cluster";
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

/** Attempt to open a TCP connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Longest pause between two attempts to connect, in milliseconds. */
const MAX_RECONNECT_PAUSE_MS = 1_000;

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
  let link: Link;
  let opening: Promise<void> | undefined;

  function use(next: Link): void {
    link = next;
    const opened: Promise<void> = next.opened.finally(() => {
      if (opening === opened) opening = undefined;
    });
    opening = opened;
  }

  function connect(): void {
    link.destroy();
    use(openLink(url, silenceMs, connect));
  }

  async function send(command: string[]): Promise<unknown> {
    await opening;
    const asked = link;
    try {
      return await asked.send(command);
    } catch (error) {
      if (!isMoved(error)) throw error;
      // Calls that were sent together are all told so; the first of them opens the cluster.
      if (link === asked) {
        asked.destroy();
        use(openCluster(url, connect));
      }
      await opening;
      return link.send(command);
    }
  }

  async function request<Result>({ body }: UpstashRequest): Promise<UpstashResponse<Result>> {
    if (!Array.isArray(body)) throw new TypeError("A Redis command is an array");
    // The interface leaves the type of an answer to the caller, who knows what was asked.
    return { result: (await send(body.map(String))) as Result };
  }

  use(openLink(url, silenceMs, connect));
  return {
    redis: new Redis({ request }),
    scriptFlags: "",
    async close() {
      link.destroy();
    },
  };
}

/** A node of a cluster says of keys that another one holds: `MOVED 3999 127.0.0.1:6381`. */
function isMoved(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK) /.test(error.message);
}

/** One connection, or those to the nodes of a cluster, from the first attempt until `destroy`; reconnects in between. */
export interface Link {
  /** Fulfilled when the first attempt has ended, either way. */
  opened: Promise<void>;
  send(command: string[]): Promise<unknown>;
  destroy(): void;
}

/**
 * @param onSilent Called when the other side has taken a command, or the opening of the connection, and said nothing
 *   for `silenceMs`. A host that vanished leaves its TCP connections standing: the kernel goes on repeating the unsent
 *   bytes for up to 15 minutes before it reports anything, and all that time a Redis that is long back, or has moved
 *   to another address, would count as away.
 */
function openLink(url: string, silenceMs: number, onSilent: () => void): Link {
  const client = createClient({
    url,
    // Nothing here needs version 3, and Redis 5 and several proxies do not have it.
    RESP: 2,
    disableClientInfo: true,
    // A queue would let commands of an outage arrive after it, long since decided elsewhere.
    disableOfflineQueue: true,
    // The limiter has its own, and the client's costs an AbortSignal per command.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempts) => Math.min(50 * 2 ** attempts, MAX_RECONNECT_PAUSE_MS),
    },
  });

  const destroyed = new AbortController();
  let unanswered = 0;
  let handshaking = false;
  /** Why there is no connection: refused, unknown host, wrong password. The client itself only says that it is offline. */
  let lastError: unknown;
  const watchdog = setTimeout(() => {
    if (unanswered > 0 || handshaking) onSilent();
  }, silenceMs).unref();

  client.on("connect", () => {
    handshaking = true;
    watchdog.refresh();
  });
  client.on("ready", () => {
    handshaking = false;
  });
  // Without a listener an error event ends the process. There is nothing to do: the client connects again by itself,
  // and whoever asks meanwhile is told.
  client.on("error", (error) => {
    handshaking = false;
    lastError = error;
  });

  const opened = once(client, "ready", { signal: destroyed.signal }).then(
    () => {},
    () => {},
  );
  // Rejects only when the client is destroyed before it was ever connected, which is no news to whoever did that.
  client.connect().catch(() => {});

  return {
    opened,
    async send(command) {
      if (!client.isReady) throw new Error("Not connected to Redis", { cause: lastError });
      if (unanswered === 0) watchdog.refresh();
      unanswered += 1;
      try {
        return await client.sendCommand(command);
      } finally {
        unanswered -= 1;
        watchdog.refresh();
      }
    },
    destroy() {
      clearTimeout(watchdog);
      client.destroy();
      destroyed.abort();
    },
  };
}
