import { createFixture, type Fixture } from "@test/support/fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import { createGateway } from "@/gateway/app";
import { telemetryRoutes } from "@/gateway/routes/telemetry";
import { TELEMETRY_SAMPLES } from "../samples-telemetry";

let fixture: Fixture;
let app: ReturnType<typeof createGateway>;
let key: string;

beforeAll(async () => {
  fixture = await createFixture();
  app = createGateway(fixture.runtime);
  key = (await fixture.key({ permissions: PERMISSIONS, rateLimits: { minute: 100_000 } })).secret;
});

afterAll(() => fixture.close());

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await app.request(`/api/v1/staging/telemetry${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, json: await response.json() };
}

test("a list from after its to is refused, and one of an instant alone is not", async () => {
  const between = (from: string, to: string) => call("GET", `?from=${from}T00:00:00Z&to=${to}T00:00:00Z`);
  expect(await between("2023-11-02", "2023-11-01")).toMatchObject({
    status: 422,
    json: { code: "validation_failed", errors: [{ path: "to" }] },
  });
  expect((await between("2023-11-01", "2023-11-01")).status).toBe(200);
});

describe.each(telemetryRoutes.map((route) => [route.id, route] as const))("%s", (id, route) => {
  test("answers its sample with exactly what it declares", async () => {
    await call("POST", "", { events: [{ type: "filling" }] });
    const { query = "", body } = TELEMETRY_SAMPLES[id]?.() ?? {};
    const { status, json } = await call(route.method.toUpperCase(), query, body);
    expect(route.responses, JSON.stringify(json)).toHaveProperty(String(status));
    expect(route.responses[status as 200]?.schema.parse(json)).toEqual(json);
  });
});

test("Odd events are accepted and flagged, and found again by the flag", async () => {
  const events = [
    { type: "odd", product: "Editor", licenseKey: "unknown" },
    { type: "odd", product: "Editor" },
  ];
  expect(await call("POST", "", { events })).toMatchObject({
    status: 202,
    json: { accepted: 2, flagged: 1 },
  });
  const { json } = await call("GET", "?type=odd&product=Editor&flagged=true");
  expect(json).toMatchObject({
    data: [{ type: "odd", licenseId: null, licenseKey: "…", flags: ["unknown_license"] }],
    nextCursor: null,
  });
  expect(json.data[0]).not.toHaveProperty("environment");
});

test("One bad event refuses the batch with its index, and nothing is stored", async () => {
  const good = { type: "refused" };
  const answer = await call("POST", "", { events: [good, good, good, { type: 7 }] });
  expect(answer).toMatchObject({
    status: 422,
    json: { code: "validation_failed", errors: [{ path: "events.3.type" }] },
  });
  expect((await call("GET", "?type=refused")).json.data).toEqual([]);
});

test("The same Idempotency-Key stores a batch once", async () => {
  const headers = { "idempotency-key": "batch-1" };
  const body = { events: [{ type: "repeated" }] };
  await call("POST", "", body, headers);
  const again = await call("POST", "", body, headers);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect((await call("GET", "?type=repeated")).json.data).toHaveLength(1);
});

test("Pages follow each other to the end", async () => {
  const events = Array.from({ length: 5 }, () => ({ type: "paged" }));
  await call("POST", "", { events });
  const first = (await call("GET", "?type=paged&limit=3")).json;
  const second = (await call("GET", `?type=paged&limit=3&cursor=${first.nextCursor}`)).json;
  const ids = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
  expect(new Set(ids).size).toBe(5);
  expect(second.nextCursor).toBeNull();
});

test.each([
  ["?flagged=yes", "flagged"],
  ["?from=yesterday", "from"],
  ["?to=2023-11-23", "to"],
  ["?limit=1000", "limit"],
  ["?colour=red", "colour"],
])("A query %s is 422 at %s", async (query, field) => {
  expect(await call("GET", query)).toMatchObject({ status: 422, json: { errors: [{ path: field }] } });
});

test("A reading key sends nothing", async () => {
  const { secret } = await fixture.key({ permissions: ["telemetry:read"] });
  const own = { authorization: `Bearer ${secret}` };
  expect((await call("GET", "", undefined, own)).status).toBe(200);
  expect(await call("POST", "", { events: [{ type: "a" }] }, own)).toMatchObject({
    status: 403,
    json: { missingPermissions: ["telemetry:write"] },
  });
});

test("The description names every route of licences and telemetry with its refusals", async () => {
  const response = await app.request("/api/v1/openapi.json");
  const { paths } = await response.json();
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(["/telemetry", "/licenses/activate"]));
  expect(paths["/licenses/activate"].post.responses).toHaveProperty("409");
  expect(paths["/licenses/{id}/revoke"].post.requestBody.required).toBe(false);
  const flagged = paths["/telemetry"].get.parameters.find(({ name }: { name: string }) => name === "flagged");
  expect(flagged.schema).toMatchObject({ type: "string", enum: ["true", "false"] });
});
