import { newLicense } from "@test/server/services/support";
import { call as callApi, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import { telemetryPageSchema } from "@/gateway/routes/schemas";

const fixture = suiteFixture();
const api = inProcess(fixture);
const page = telemetryPageSchema;
let key: string;

beforeAll(async () => {
  key = (await fixture.key({ permissions: PERMISSIONS, rateLimits: { minute: 100_000 } })).secret;
});

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  callApi(api, method, `/staging/telemetry${path}`, { key, body, headers });

test("a list from after its to is refused, and one of an instant alone is not", async () => {
  const between = (from: string, to: string) => call("GET", `?from=${from}T00:00:00Z&to=${to}T00:00:00Z`);
  expect(await between("2023-11-02", "2023-11-01")).toMatchObject({
    status: 422,
    json: { code: "validation_failed", errors: [{ path: "to" }] },
  });
  expect((await between("2023-11-01", "2023-11-01")).status).toBe(200);
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

  const found = await call("GET", "?type=odd&product=Editor&flagged=true");
  expect(found.json).toMatchObject({
    data: [{ type: "odd", licenseId: null, licenseKey: "…", flags: ["unknown_license"] }],
    nextCursor: null,
  });
  expect(found.text).not.toContain("environment");
});

test("The events of a licence, and those of a customer, are found by id", async () => {
  const license = await newLicense(fixture);
  await call("POST", "", { events: [{ type: "mine", licenseKey: license.key }, { type: "nobody's" }] });
  for (const query of [`?licenseId=${license.id}`, `?customerId=${license.customerId}`]) {
    const found = (await call("GET", query)).read(page).data;
    expect(found.map(({ type, licenseId }) => [type, licenseId])).toEqual([["mine", license.id]]);
  }
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
  expect((await call("GET", "?type=repeated")).read(page).data).toHaveLength(1);
});

test("Pages follow each other to the end", async () => {
  const events = Array.from({ length: 5 }, () => ({ type: "paged" }));
  await call("POST", "", { events });
  const first = (await call("GET", "?type=paged&limit=3")).read(page);
  const second = (await call("GET", `?type=paged&limit=3&cursor=${first.nextCursor}`)).read(page);
  const ids = [...first.data, ...second.data].map(({ id }) => id);
  expect(new Set(ids).size).toBe(5);
  expect(second.nextCursor).toBeNull();
});

test.each([
  ["?flagged=yes", "flagged"],
  ["?from=yesterday", "from"],
  ["?to=2023-11-23", "to"],
  ["?limit=1000", "limit"],
  ["?licenseId=cus_01h455vb4pex5vsknk084sn02q", "licenseId"],
  ["?customerId=", "customerId"],
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
