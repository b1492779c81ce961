import { createCluster } from "@redis/client";
import type { Link } from "./redis-link";

/** Between two signs of life asked of each node. Milliseconds. */
const PING_MS = 1_000;

/** After so long without a word a node's connection is replaced, and the others are asked who holds its slots now. Milliseconds. */
const SILENCE_MS = 2_500;

/** Attempt to open a TCP connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Longest pause between two attempts to connect, in milliseconds. */
const MAX_RECONNECT_PAUSE_MS = 1_000;

/**
 * A Redis Cluster of several nodes, found by one of them. Each command goes to the node that holds its keys; slots that move,
 * and replicas that take the place of their master, are followed by the client.
 * @param onLost Called when none of its nodes could be reached by the address that was given.
 */
export function openCluster(url: string, onLost: () => void): Link {
  const { protocol, username, password } = new URL(url);
  const cluster = createCluster({
    RESP: 2,
    // The limiter has its own time limit, and the client's costs an AbortSignal per command.
    commandOptions: { timeout: 0 },
    rootNodes: [{ url }],
    // Of the address only its host is for one node alone.
    defaults: {
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      disableClientInfo: true,
      disableOfflineQueue: true,
      pingInterval: PING_MS,
      socket: {
        ...(protocol === "rediss:" && { tls: true as const }),
        connectTimeout: CONNECT_TIMEOUT_MS,
        socketTimeout: SILENCE_MS,
        reconnectStrategy: (attempts) => Math.min(50 * 2 ** attempts, MAX_RECONNECT_PAUSE_MS),
      },
    },
    topologyRefreshOnReconnectionAttemptStrategy: PING_MS,
  });
  let destroyed = false;
  let lastError: unknown;
  // Without a listener an error event ends the process.
  for (const event of ["error", "node-error"])
    cluster.on(event, (error) => {
      lastError = error;
    });
  const opened = cluster.connect().then(
    () => {},
    () => {
      if (!destroyed) onLost();
    },
  );

  return {
    opened,
    async send(command) {
      if (!cluster.isReady) throw new Error("Not connected to the Redis Cluster", { cause: lastError });
      return cluster.sendCommand(firstKey(command), false, command);
    },
    destroy() {
      destroyed = true;
      if (cluster.isOpen) cluster.destroy();
    },
  };
}

/** The key whose slot says which node is asked; of the commands that the limiter sends. */
function firstKey([name = "", ...rest]: readonly string[]): string | undefined {
  switch (name.toLowerCase()) {
    case "eval":
    case "evalsha":
      return rest[2];
    case "mget":
      return rest[0];
    default:
      return undefined;
  }
}
