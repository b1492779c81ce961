import { once } from "node:events";
import { createClient } from "@redis/client";

/** Attempt to open a TCP connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Longest pause between two attempts to connect, in milliseconds. */
const MAX_RECONNECT_PAUSE_MS = 1_000;

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
export function openLink(url: string, silenceMs: number, onSilent: () => void): Link {
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
