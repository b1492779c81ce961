import { publicApi } from "@test/fuzz/api";
import { bodyOf } from "@test/fuzz/bodies";
import { attack } from "@test/fuzz/campaign";
import { brokenPromises } from "@test/fuzz/contract";
import { readDocument } from "@test/fuzz/document";
import { makeFixtures } from "@test/fuzz/fixtures";
import { hostileText, hostileValue } from "@test/fuzz/hostile";
import { type Answer, call, inProcess } from "@test/support/calls";
import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { serveGateway } from "@test/support/gateway-server";
import { SEED } from "@test/support/property-seed";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MIB } from "@/contracts/bounds";
import { PERMISSIONS } from "@/contracts/permissions";

/** The whole is `npm run fuzz`: a hundred thousand, against the built product on both mounts. */
const RUNS = 200;

let fixture: Fixture;
let server: Awaited<ReturnType<typeof serveGateway>>;

beforeAll(async () => {
  fixture = await createFixture();
  server = await serveGateway(fixture);
});
afterAll(async () => {
  server?.close();
  await fixture?.close();
});

test("the tester's own body stays bounded where one of ten thousand repeated items is changed", () => {
  const repeated = { at: 0, change: { repeat: 10_001 } };
  const changed = { at: 1, change: { add: "x", as: "x".repeat(100_000) } };
  expect(bodyOf({ edits: [repeated, changed] }, { name: "Acme" }).length).toBeLessThan(MIB);
});

test("the tester finds what of an answer is not as described: a member more, or fewer, another type, status, header or code", async () => {
  const api = inProcess(fixture);
  const document = readDocument((await call(api, "GET", "/openapi.json")).json);
  const { secret: key } = await fixture.key();
  const { id } = await fixture.customer();
  const real = await call(api, "GET", `/staging/customers/${id}`, { key });
  const missing = await call(api, "GET", "/staging/customers/cus_00000000000000000000000000", { key });
  const faultsOf = (
    { status, headers, json }: Answer,
    change: { status?: number; headers?: object } = {},
    body = {},
  ) => {
    const sent = { ...json, ...body };
    const answer = { status, ...change, headers: { ...Object.fromEntries(headers), ...change.headers } };
    const request = { method: "GET", target: "", headers: [], body: Buffer.alloc(0) };
    const made = { request, operation: "customers.get", secret: "none" };
    return brokenPromises(made, { ...answer, body: Buffer.from(JSON.stringify(sent)) }, document);
  };
  expect([faultsOf(real), faultsOf(missing)]).toEqual([[], []]);
  const found = [
    faultsOf(real, {}, { surplus: 1 }),
    faultsOf(real, {}, { email: undefined }),
    faultsOf(real, {}, { createdAt: "yesterday" }),
    faultsOf(real, { status: 201 }),
    faultsOf(real, { headers: { "content-type": "application/json; charset=utf-8" } }),
    faultsOf(real, { headers: { "access-control-allow-origin": undefined } }),
    faultsOf(real, { headers: { "access-control-allow-origin": "https://a.example" } }),
    faultsOf(missing, { status: 409 }, { code: "conflict", status: 409, title: "Conflict" }),
    faultsOf(missing, {}, { requestId: "req_00000000000000000000000000" }),
  ];
  expect(found.filter((faults) => faults.length === 0)).toEqual([]);
});

test("any call gets an answer of the contract", async () => {
  const api = await publicApi(server.url, await makeFixtures(fixture), { connections: 16 });
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
