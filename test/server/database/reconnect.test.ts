import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectDatabases } from "@/server/database/connections";
import { withStatement } from "@/server/database/session";

test("a server that takes each connection and closes it at once is not asked more than ten times a second for each place of a pool", async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
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
  onTestFinished(() => databases.end());
  const startedAt = performance.now();
  await expect(withStatement(databases.lookUps, (sql) => sql`select 1`)).rejects.toMatchObject({
    code: "unavailable",
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  expect(connections).toBeGreaterThan(1);
  const { places } = databases.lookUps.watch;
  expect(connections).toBeLessThanOrEqual(places * (1 + 10 * seconds));
});
