import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createFront } from "@/gateway/http/front";
import { gatewayListener } from "@/gateway/http/node-listener";
import { createHttpServer, type Listener } from "@/gateway/http/server";
import type { Fixture } from "./fixture";

/** The public API of a fixture on a port of its own, by the server and the front that main.ts has; the console is not there. */
export async function serveGateway({ runtime }: Fixture): Promise<{ url: string; close(): void }> {
  const nobody: Listener = (_request, response) => void response.writeHead(404).end();
  const front = createFront(runtime, {
    metrics: null,
    api: gatewayListener(runtime),
    console: nobody,
    maxConsoleBody: async () => 0,
    consoleRefusal: () => null,
  });
  const server = createHttpServer(runtime, front).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
