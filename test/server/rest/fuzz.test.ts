import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { publicApi } from "@test/fuzz/api";
import { attack } from "@test/fuzz/campaign";
import { makeFixtures } from "@test/fuzz/fixtures";
import { hostileText, hostileValue } from "@test/fuzz/hostile";
import { call, inProcess } from "@test/support/calls";
import { createWorld, newEmail, type World } from "@test/support/world";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import { createFront } from "@/server/rest/http/front";
import { createHttpServer, type Listener } from "@/server/rest/http/server";
import { restListener } from "@/server/rest/node";

/** The whole is `npm run fuzz`: a hundred thousand, against the built product on both mounts. */
const RUNS = 200;
/** Another one each time; what fails names its own. */
const SEED = Date.now() % 2 ** 31;

let world: World;
let server: Server;
let url: string;

beforeAll(async () => {
  world = await createWorld();
  const nobody: Listener = (_request, response) => void response.writeHead(404).end();
  const front = createFront(world.platform, {
    api: restListener(world.platform),
    console: nobody,
    maxConsoleBody: async () => 0,
    consoleRefusal: () => null,
  });
  server = createHttpServer(world.platform, front).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close();
  server?.closeAllConnections();
  await world?.close();
});

test("any call gets an answer of the contract", async () => {
  const api = await publicApi(url, await makeFixtures(world), { connections: 16 });
  await attack(api, { runs: RUNS, seed: SEED, parallel: 16 });
  api.client.close();
  expect(world.log()).not.toContain('"level":50');
}, 120_000);

test("any metadata is refused, or comes back as it was sent", async () => {
  const { secret: key } = await world.key({ permissions: PERMISSIONS, rateLimits: { minute: 1_000_000 } });
  const door = inProcess(world);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(hostileText, hostileValue), async (metadata) => {
      const body = { email: newEmail(), metadata };
      const answer = await call(door, "POST", "/staging/customers", { key, body });
      expect([201, 422], answer.text).toContain(answer.status);
      if (answer.status === 422) return;
      const stored = await call(door, "GET", `/staging/customers/${answer.json.id}`, { key });
      expect(stored.json).toEqual(answer.json);
    }),
    { numRuns: 60 },
  );
}, 120_000);
