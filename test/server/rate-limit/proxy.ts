import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP server in front of nothing, or of a Redis, whose answers can be switched off. */
export async function startProxy(target?: number) {
  const state = { mute: target === undefined, connections: 0, requests: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    state.connections += 1;
    sockets.add(client);
    client.on("error", () => {});
    client.on("data", () => {
      state.requests += 1;
    });
    if (target === undefined) return;
    const upstream = connect(target, "127.0.0.1");
    sockets.add(upstream);
    upstream.on("error", () => {});
    // A muted connection stays dead, as that of a vanished host does; a new one works when the mute has ended.
    let dead = false;
    client.on("data", (data) => {
      dead ||= state.mute;
      if (!dead) upstream.write(data);
    });
    upstream.on("data", (data) => {
      dead ||= state.mute;
      if (!dead) client.write(data);
    });
    client.on("close", () => upstream.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { state, port: (server.address() as AddressInfo).port, stop };
}
