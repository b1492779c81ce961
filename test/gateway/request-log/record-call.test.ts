import { work } from "@test/server/jobs/support";
import { newLicense, requestRowOf, sqlOf } from "@test/server/services/support";
import { call, expectProblem, inProcess, type PublicApi } from "@test/support/calls";
import { loggedCalls } from "@test/support/requests";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { idSchema } from "@/contracts/schemas/ids";
import { RequestLog } from "@/gateway/request-log/request-log";
import { generateKey } from "@/server/core/key-format";
import { revokeKey } from "@/server/services/keys";

const fixture = suiteFixture({ API_ENVIRONMENT: "development" });
const api = inProcess(fixture);

const newKey = (input = {}) => fixture.key({ rateLimits: { minute: 1_000 }, ...input });

const rowOf = (answer: { headers: Headers }) => requestRowOf(fixture, answer);

describe("The log", () => {
  test("holds of a call that was served all there is to know of it", async () => {
    const { key, secret } = await newKey();
    const { id } = await fixture.customer();
    const answer = await call(api, "PATCH", `/staging/customers/${id}`, {
      key: secret,
      body: { name: "Ada" },
      address: "192.0.2.7",
      headers: { "user-agent": "acme-sync/2.1" },
    });
    expect(answer.status).toBe(200);
    expect(await rowOf(answer)).toMatchObject({
      environment: "staging",
      method: "PATCH",
      route: "PATCH /customers/{id}",
      path: `/api/v1/staging/customers/${id}`,
      query: null,
      status: 200,
      code: null,
      refused_by: null,
      permission: "customers:write",
      detail: null,
      limit_readings: "minute 1000 999",
      limit_share: 0,
      key_id: key.id,
      customers: [id],
      address: "192.0.2.7",
      agent: "acme-sync/2.1",
      request_bytes: 14,
      response_bytes: answer.text.length,
      request_headers: null,
      request_body: null,
      response_body: null,
    });
  });

  test("holds a result that is streamed, with its size, and a HEAD for one, whose body nobody reads", async () => {
    const { secret } = await newKey({ permissions: ["jobs:write", "licenses:manage"] });
    const generation = { type: "licenses.generate", input: { product: "Streamed", count: 5 } };
    const started = await call(api, "POST", "/staging/jobs", { key: secret, body: generation });
    const id = idSchema("job").parse(started.json.id);
    await work(fixture, id);
    const result = await call(api, "GET", `/staging/jobs/${id}/result`, { key: secret });
    expect(await rowOf(result)).toMatchObject({
      status: 200,
      response_bytes: Buffer.byteLength(result.text),
    });

    const head = await call(api, "HEAD", `/staging/jobs/${id}/result`, { key: secret });
    expect(await rowOf(head)).toMatchObject({ status: 200, method: "HEAD", response_bytes: 0 });
  });

  test("names the check that refused, the code and the words of the answer", async () => {
    const { key, secret } = await newKey({ permissions: ["jobs:read"] });
    const answer = await call(api, "GET", "/staging/customers?limit=5", { key: secret });
    expect(await rowOf(answer)).toMatchObject({
      route: "GET /customers",
      query: "limit=5",
      status: 403,
      code: "permission_denied",
      refused_by: "permission",
      permission: "customers:read",
      detail: answer.json.detail,
      key_id: key.id,
    });
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    const revoked = await call(api, "GET", "/staging/customers", { key: secret });
    expect(await rowOf(revoked)).toMatchObject({ refused_by: "revoked", key_id: key.id, limits: null });
  });

  test("has a row also for what no route serves, and for the description", async () => {
    const unknown = await call(api, "GET", "/staging/nothing", {});
    expect(await rowOf(unknown)).toMatchObject({ environment: "staging", route: null, code: "not_found" });
    const wrong = await call(api, "PUT", "/customers", {});
    expect(await rowOf(wrong)).toMatchObject({ environment: "development", code: "method_not_allowed" });
    const description = await call(api, "GET", "/openapi.json", {});
    expect(await rowOf(description)).toMatchObject({ route: null, status: 200, key_id: null });
    const head = await call(api, "HEAD", "/openapi.json", {});
    expect(await rowOf(head)).toMatchObject({ method: "HEAD", response_bytes: 0 });
  });
});

describe("Customers of a call", () => {
  test("are those it names in path, query or body, and otherwise those of its key's scope", async () => {
    const ada = await fixture.customer();
    const eve = await fixture.customer();
    const permissions = ["customers:read", "licenses:manage"] as const;
    const { secret: free } = await newKey({ permissions: [...permissions] });
    const { secret: scoped } = await newKey({ permissions: [...permissions], customers: [ada.id, eve.id] });
    const customersOf = async (
      ...asked: Parameters<typeof call> extends [PublicApi, ...infer Rest] ? Rest : never
    ) => (await rowOf(await call(api, ...asked)))?.customers;
    const body = { product: "Studio", customerId: eve.id };
    expect(await customersOf("GET", `/staging/customers/${ada.id}`, { key: free })).toEqual([ada.id]);
    expect(await customersOf("GET", `/staging/licenses?customerId=${eve.id}`, { key: free })).toEqual([
      eve.id,
    ]);
    expect(await customersOf("POST", "/staging/licenses", { key: free, body })).toEqual([eve.id]);
    expect(await customersOf("GET", "/staging/licenses", { key: free })).toBeNull();
    const inScope = await customersOf("GET", "/staging/licenses", { key: scoped });
    expect(inScope?.sort()).toEqual([ada.id, eve.id].sort());
  });
});

describe("Headers and bodies", () => {
  const keep = async (settings: object) => {
    await sqlOf(fixture)`insert into settings values ('requestLog', ${JSON.stringify(settings)}::text::jsonb)
      on conflict (name) do update set value = excluded.value`;
    // Read again within five seconds.
    fixture.clock.advance(6);
    await call(api, "GET", "/openapi.json");
    await fixture.runtime.requestLog.flush();
  };

  test("are kept where the settings say so, without what is secret by name or by shape", async () => {
    const { secret } = await newKey({ permissions: ["licenses:validate", "customers:write"] });
    const license = await newLicense(fixture);
    const leaked = generateKey("kw", "production");
    await keep({ headers: true, bodies: true });
    try {
      const validated = await call(api, "POST", "/staging/licenses/validate", {
        key: secret,
        body: { key: license.key, identifier: `see ${license.key}` },
        headers: { "x-note": `${license.key} and ${leaked}`, "x-session-token": "plain", "x-plain": "kept" },
      });
      expect(validated.status).toBe(200);
      const row = await rowOf(validated);
      expect(row?.request_headers).toMatchObject({
        authorization: "[redacted]",
        "x-session-token": "[redacted]",
        "x-plain": "kept",
        "content-type": "application/json",
      });
      expect(JSON.parse(row?.request_body)).toMatchObject({ key: "[redacted]" });
      expect(JSON.parse(row?.response_body)).toMatchObject({ valid: false, license: { key: "[redacted]" } });
      const refused = await call(api, "POST", "/staging/licenses/validate", {
        key: secret,
        body: { key: license.key, identifier: `see ${leaked}` },
      });
      expect(refused.status).toBe(422);
      const text = JSON.stringify([row, await rowOf(refused)]);
      for (const hidden of [secret, license.key, leaked, leaked.slice(0, -6)])
        expect(text).not.toContain(hidden);

      const raw = await call(api, "POST", "/staging/customers", {
        key: secret,
        raw: "password=hunter2",
        headers: { "content-type": "text/plain" },
      });
      expect((await rowOf(raw))?.request_body).toBe("[text/plain, 16 bytes, not read]");
      const long = await call(api, "POST", "/staging/customers", {
        key: secret,
        body: { email: "a", name: "ä".repeat(20_000) },
      });

      const cut = (await rowOf(long))?.request_body;
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(8_192);
      expect(cut).toMatch(/^\{"email":"a","name":"ä/);
      const bodiless = await call(api, "GET", "/staging/key", { key: secret });
      expect((await rowOf(bodiless))?.request_body).toBeNull();
    } finally {
      await keep({});
    }
    const later = await call(api, "POST", "/staging/customers", { key: secret, body: { email: "a" } });
    expect(await rowOf(later)).toMatchObject({
      request_headers: null,
      request_body: null,
      response_body: null,
    });
  });
});

describe("When the log cannot be written", () => {
  test("a call waits before it is served, and above the bound of patience is 503 and has no row", async () => {
    const { secret } = await newKey();
    const requestLog = new RequestLog(fixture.runtime, { calls: 2, text: 1_000_000, waitMs: 30 });
    const full = inProcess({ runtime: { ...fixture.runtime, requestLog } });
    const ask = () => call(full, "GET", "/staging/key", { key: secret });
    const served = [];
    let refused = "";
    await sqlOf(fixture).begin(async (sql) => {
      await sql`lock table requests in access exclusive mode`;
      served.push(await ask(), await ask());
      const answer = await ask();
      expectProblem(answer, "unavailable", { retryAfter: 5 });
      refused = answer.headers.get("x-request-id") ?? "";
    });
    await requestLog.flush();
    served.push(await ask());
    await requestLog.close();
    for (const answer of served) {
      expect(answer.status).toBe(200);
      await rowOf(answer);
    }
    const logged = (await loggedCalls(sqlOf(fixture))).map(({ request_id }) => request_id);
    expect(logged).not.toContain(refused);
    expect(requestLog.stats).toMatchObject({ written: 3, waited: 1, rejected: 1 });
  });

  test("a fault of ours is in the log as internal, and says no more than the answer", async () => {
    const { secret } = await newKey();
    await sqlOf(fixture).unsafe(`
      create function fail() returns trigger language plpgsql as $$ begin raise 'a fault'; end $$;
      create trigger fail before insert on customers for each row execute function fail()`);
    const answer = await call(api, "POST", "/staging/customers", {
      key: secret,
      body: { email: "a@acme.example" },
    });
    await sqlOf(fixture)`drop function fail cascade`;
    expect(answer.status).toBe(500);
    const row = await rowOf(answer);
    expect(row).toMatchObject({
      status: 500,
      code: "internal",
      refused_by: null,
      detail: answer.json.detail,
    });
    expect(JSON.stringify(row)).not.toContain("a fault");
  });
});
