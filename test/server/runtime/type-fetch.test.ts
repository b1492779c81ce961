import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { runProgram, settingsFor } from "@test/cli/run";
import { expect, test } from "vitest";

/** AuthenticationOk, and ReadyForQuery outside of a transaction (Postgres' protocol 3.0, message formats). */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

test("a Postgres that goes while the driver asks for its types is told in one line, as one that is away", async () => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(WELCOME);
      socket.once("data", (query) => {
        asked.push(query.toString("latin1"));
        server.close();
        socket.resetAndDestroy();
      });
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const settings = settingsFor(`postgres://nobody:none@127.0.0.1:${port}/none?sslmode=disable`);
  const { code, stdout, stderr } = await runProgram(["database", "migrate"], settings);
  expect(asked[0]).toContain("b.typarray");
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toMatch(/^The database of DATABASE_URL [^\n]+\n$/);
}, 60_000);
