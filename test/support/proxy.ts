import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A TCP server in front of nothing, or of a server whose answers can be switched off. */
export interface TestProxy {
  port: number;
  state: {
    /**
     * True: nothing passes in either direction, and nobody is told (a black hole). Connections that were there in that time
     * stay dead after it, as those of a vanished host do; a new one works.
     */
    mute: boolean;
    /** For how long each piece is held back, in either direction, in milliseconds: a network or a server that is slow. */
    delayMs: number;
    connections: number;
    requests: number;
  };
  stop(): void;
}

export async function startProxy(target?: number): Promise<TestProxy> {
  let silences = target === undefined ? 1 : 0;
  let muted = target === undefined;
  /** What did not pass in a silence: the ends of connections. */
  let held: (() => void)[] = [];
  const state = {
    delayMs: 0,
    connections: 0,
    requests: 0,
    get mute() {
      return muted;
    },
    set mute(value) {
      if (value && !muted) silences++;
      muted = value;
      if (!muted) for (const end of held.splice(0)) end();
    },
  };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    state.connections += 1;
    sockets.add(client);
    client.on("error", () => {});
    client.on("data", () => {
      state.requests += 1;
    });
    client.on("close", () => sockets.delete(client));
    if (target === undefined) return;
    const before = silences;
    const upstream = connect(target, "127.0.0.1");
    sockets.add(upstream);
    upstream.on("error", () => {});
    const isDead = () => muted || silences !== before;
    /** Passes pieces on in the order in which they came. Returns how to do something once all that came before has passed. */
    const pass = (from: Socket, to: Socket) => {
      let passing = Promise.resolve();
      from.on("data", (data) => {
        const due = performance.now() + state.delayMs;
        passing = passing.then(async () => {
          const left = due - performance.now();
          if (left > 0) await pause(left);
          if (!isDead()) to.write(data);
        });
      });
      return (then: () => void) => void passing.then(then);
    };
    pass(client, upstream);
    const afterAnswers = pass(upstream, client);
    client.on("close", () => {
      if (muted) held.push(() => upstream.destroy());
      else upstream.destroy();
    });
    // Also where nobody listens there: the caller finds a port that is closed.
    upstream.on("close", () => {
      sockets.delete(upstream);
      afterAnswers(() => {
        if (!isDead()) client.destroy();
      });
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    held = [];
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { state, port: (server.address() as AddressInfo).port, stop };
}
