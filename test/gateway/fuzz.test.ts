import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { publicApi } from "@test/fuzz/api";
import { bodyOf } from "@test/fuzz/bodies";
import { attack } from "@test/fuzz/campaign";
import { makeFixtures } from "@test/fuzz/fixtures";
import { hostileText, hostileValue } from "@test/fuzz/hostile";
import { call, inProcess } from "@test/support/calls";
import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { SEED } from "@test/support/property-seed";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MIB } from "@/contracts/bounds";
import { PERMISSIONS } from "@/contracts/permissions";
import { createFront } from "@/gateway/http/front";
import { gatewayListener } from "@/gateway/http/node-listener";
import { createHttpServer, type Listener } from "@/gateway/http/server";

/** The whole is `npm run fuzz`: a hundred thousand, against the built product on both mounts. */
const RUNS = 200;

let fixture: Fixture;
let server: Server;
let url: string;

beforeAll(async () => {
  fixture = await createFixture();
  const nobody: Listener = (_request, response) => void response.writeHead(404).end();
  const front = createFront(fixture.runtime, {
    metrics: null,
    api: gatewayListener(fixture.runtime),
    console: nobody,
    maxConsoleBody: async () => 0,
    consoleRefusal: () => null,
  });
  server = createHttpServer(fixture.runtime, front).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close();
  server?.closeAllConnections();
  await fixture?.close();
});

test("the tester's own body stays bounded where one of ten thousand repeated items is changed", () => {
  const repeated = { at: 0, change: { repeat: 10_001 } };
  const changed = { at: 1, change: { add: "x", as: "x".repeat(100_000) } };
  expect(bodyOf({ edits: [repeated, changed] }, { name: "Acme" }).length).toBeLessThan(MIB);
});

test("any call gets an answer of the contract", async () => {
  const api = await publicApi(url, await makeFixtures(fixture), { connections: 16 });
  await attack(api, { runs: RUNS, seed: SEED, parallel: 16 });
  api.client.close();
  expect(fixture.log()).not.toContain('"level":"error"');
}, 120_000);

test("any metadata is refused, or comes back as it was sent", async () => {
  const { secret: key } = await fixture.key({ permissions: PERMISSIONS, rateLimits: { minute: 1_000_000 } });
  const api = inProcess(fixture);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(hostileText, hostileValue), async (metadata) => {
      const body = { email: newEmail(), metadata };
      const answer = await call(api, "POST", "/staging/customers", { key, body });
      expect([201, 422], answer.text).toContain(answer.status);
      if (answer.status === 422) return;
      const stored = await call(api, "GET", `/staging/customers/${answer.json.id}`, { key });
      expect(stored.json).toEqual(answer.json);
    }),
    { numRuns: 60 },
  );
}, 120_000);
