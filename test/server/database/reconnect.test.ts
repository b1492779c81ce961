import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectDatabases } from "@/server/database/connections";
import { withStatement } from "@/server/database/session";

/** Of each place of the pool. */
const ATTEMPTS = 8;

test("a server that takes each connection and closes it at once is not asked more than ten times a second for each place of a pool", async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    server.emit("attempt");
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end());
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const databases = connectDatabases(`postgres://nobody:none@127.0.0.1:${port}/none?sslmode=disable`, {
    poolSize: 1,
    pooling: "session",
  });
  // Not waited for: the driver takes five seconds to give up what it was asked.
  onTestFinished(() => void databases.end());
  const { places } = databases.lookUps.watch;
  const startedAt = performance.now();
  const asked = Array.from({ length: places }, () =>
    withStatement(databases.lookUps, (sql) => sql`select 1`),
  );
  for (const one of asked) one.catch(() => undefined);
  while (connections < places * ATTEMPTS) await once(server, "attempt");
  expect(performance.now() - startedAt).toBeGreaterThan((ATTEMPTS - 1) * 100 - 20);
});
