import { call as callApi, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import { activationChangeSchema } from "@/contracts/schemas/activations";
import { type License, licenseSchema } from "@/contracts/schemas/licenses";

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;

beforeAll(async () => {
  key = (await fixture.key({ permissions: PERMISSIONS, rateLimits: { minute: 100_000 } })).secret;
});

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  callApi(api, method, `/staging${path}`, { key, body, headers });

async function create(body: object = {}): Promise<License> {
  const customer = { email: newEmail() };
  const { json, status } = await call("POST", "/licenses", { product: "Editor", customer, ...body });
  expect(status, JSON.stringify(json)).toBe(201);
  return licenseSchema.parse(json);
}

test("A created licence is where Location says, and nowhere in another environment", async () => {
  const body = { product: "Editor", customer: { email: newEmail() } };
  const created = await call("POST", "/licenses", body);
  expect(created.headers.get("location")).toBe(`/api/v1/staging/licenses/${created.json.id}`);
  expect((await call("GET", `/licenses/${created.json.id}`)).json).toEqual(created.json);
  const { secret } = await fixture.key({ environment: "production", permissions: ["licenses:manage"] });
  const foreign = await callApi(api, "GET", `/production/licenses/${created.json.id}`, { key: secret });
  expect(foreign.status).toBe(404);
});

test("The same Idempotency-Key makes one licence and one activation", async () => {
  const headers = { "idempotency-key": "order-1" };
  const body = { product: "Editor", customer: { email: newEmail() } };
  const first = await call("POST", "/licenses", body, headers);
  const again = await call("POST", "/licenses", body, headers);
  expect(again.json).toEqual(first.json);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  const use = { key: first.json.key, identifier: "device" };
  const activated = await call("POST", "/licenses/activate", use, { "idempotency-key": "start-1" });
  const replayed = await call("POST", "/licenses/activate", use, { "idempotency-key": "start-1" });
  expect([activated.status, replayed.status]).toEqual([201, 201]);
  expect(replayed.json).toEqual(activated.json);
  expect(activated.read(activationChangeSchema).license.activationCount).toBe(1);
});

test("Activate answers 201, then 200 for the same device, then 409 for one too many", async () => {
  const { key } = await create({ activationLimit: 1 });
  const activate = (identifier: string) => call("POST", "/licenses/activate", { key, identifier });
  const first = await activate("one");
  expect(first.status).toBe(201);
  expect(activationChangeSchema.parse(first.json)).toEqual(first.json);
  const again = await activate("one");
  expect(again.status).toBe(200);
  expect(again.json).toEqual(first.json);
  expect(await activate("two")).toMatchObject({
    status: 409,
    json: { code: "activation_limit_reached" },
  });
  expect((await call("POST", "/licenses/deactivate", { key, identifier: "one" })).status).toBe(200);
  expect((await activate("two")).status).toBe(201);
});

test("A step takes a body with a reason, an empty one, or none", async () => {
  const { id } = await create();
  expect((await call("POST", `/licenses/${id}/suspend`)).json.status).toBe("suspended");
  expect((await call("POST", `/licenses/${id}/reinstate`, {})).json.status).toBe("active");
  const revoked = await call("POST", `/licenses/${id}/revoke`, { reason: "<b>fraud</b>" });
  expect(revoked.json.status).toBe("revoked");
  expect(revoked.json).not.toHaveProperty("revokedReason");
  expect(revoked.json.statusReason).toBe("<b>fraud</b>");
  expect(await call("POST", `/licenses/${id}/revoke`)).toMatchObject({
    status: 409,
    json: { code: "invalid_state" },
  });
});

test("The last step of a licence is readable back: its reason and its time", async () => {
  const { id } = await create();
  const step = async (verb: string, reason?: string) => {
    fixture.clock.advance(60);
    await call("POST", `/licenses/${id}/${verb}`, reason === undefined ? undefined : { reason });
    const { json } = await call("GET", `/licenses/${id}`);
    return [json.statusReason, json.statusChangedAt, json.updatedAt];
  };
  const before = (await call("GET", `/licenses/${id}`)).json;
  expect([before.statusReason, before.statusChangedAt]).toEqual([null, null]);
  const now = () => fixture.clock.now().toISOString();
  expect(await step("suspend", "unpaid")).toEqual(["unpaid", now(), now()]);
  expect(await step("reinstate", "paid")).toEqual(["paid", now(), now()]);
  expect(await step("suspend")).toEqual([null, now(), now()]);
  expect(await step("reinstate")).toEqual([null, now(), now()]);
  expect(await step("revoke", "fraud")).toEqual(["fraud", now(), now()]);
});

test("Validate answers 200 to everything well-formed, with the reason as code", async () => {
  const { key } = await create();
  expect(await call("POST", "/licenses/validate", { key })).toMatchObject({
    status: 200,
    json: { valid: true, code: "valid", license: { key } },
  });

  const unknown = { valid: false, code: "not_found", license: null };
  const answer = await call("POST", "/licenses/validate", { key: "<script>" });
  expect(answer).toMatchObject({ status: 200, json: unknown });
});

test("An app's key validates, activates and deactivates, and does nothing else with licences", async () => {
  const license = await create();
  const { secret } = await fixture.key({ permissions: ["licenses:validate"] });
  const own = { authorization: `Bearer ${secret}` };
  const use = { key: license.key, identifier: "device" };
  expect((await call("POST", "/licenses/activate", use, own)).status).toBe(201);
  expect((await call("POST", "/licenses/deactivate", use, own)).status).toBe(200);
  for (const [method, path, needed] of [
    ["GET", "/licenses", "licenses:read"],
    ["GET", `/licenses/${license.id}`, "licenses:read"],
    ["GET", `/licenses/${license.id}/activations`, "licenses:read"],
    ["DELETE", `/licenses/${license.id}`, "licenses:manage"],
    ["POST", `/licenses/${license.id}/revoke`, "licenses:manage"],
  ] as const) {
    expect(await call(method, path, undefined, own)).toMatchObject({
      status: 403,
      json: { code: "permission_denied", missingPermissions: [needed] },
    });
  }
});

test("An app's key is shown of a licence what an app needs; one that reads licences sees it whole", async () => {
  const license = await create({ metadata: { contract: "C-17" }, features: ["pro"] });
  const own = {
    authorization: `Bearer ${(await fixture.key({ permissions: ["licenses:validate"] })).secret}`,
  };
  const use = { key: license.key, identifier: "device" };
  const { product, status, activationLimit, expiresAt, features } = license;
  const short = { key: license.key, product, status, activationLimit, expiresAt, features };
  const path = (verb: string) => `/licenses/${verb}`;
  const shown: unknown[] = [];
  for (const verb of ["activate", "activate", "validate", "deactivate"]) {
    const { json } = await call("POST", path(verb), verb === "validate" ? { key: license.key } : use, own);
    shown.push(json.license);
  }
  const counts = [1, 1, 1, 0].map((activationCount) => ({ ...short, activationCount }));
  expect(shown).toEqual(counts);
  // A licence that does not validate is shown no further.
  await call("POST", `/licenses/${license.id}/revoke`);
  const revoked = await call("POST", path("validate"), { key: license.key }, own);
  expect(revoked.json.license).toEqual({ ...short, status: "revoked", activationCount: 0 });
  const whole = await call("POST", path("validate"), { key: license.key });
  expect(whole.json.license).toEqual((await call("GET", `/licenses/${license.id}`)).json);
});

test.each([
  ["GET", "/licenses?status=dead", "status"],
  ["GET", "/licenses?limit=0", "limit"],
  ["GET", "/licenses?limit=101", "limit"],
  ["GET", "/licenses?colour=red", "colour"],
  ["GET", "/licenses?customerId=cus_1", "customerId"],
  ["GET", "/licenses?cursor=garbage", "cursor"],
  ["GET", "/licenses?search=%00", "search"],
])("%s %s is 422 at %s", async (method, path, field) => {
  expect(await call(method, path)).toMatchObject({
    status: 422,
    json: { code: "validation_failed", errors: [{ path: field }] },
  });
});
