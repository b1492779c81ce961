// @module-tag long
import { requestRowOf, sqlOf } from "@test/server/services/support";
import {
  type Answer,
  type CallOptions,
  call,
  expectFieldErrors,
  expectProblem,
  inProcess,
} from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { CHECKS } from "@/contracts/requests";
import { idSchema } from "@/contracts/schemas/ids";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { explainCall, explainRequest } from "@/gateway/explain";
import { generateKey } from "@/server/core/key-format";
import { deleteCustomer } from "@/server/services/customers";
import { revokeKey, updateKey } from "@/server/services/keys";
import { definePermission, deletePermission } from "@/server/services/permissions";
import { changeRequestLogSettings } from "@/server/services/settings";

const fixture = suiteFixture();
const api = inProcess(fixture);

const newKey = (input: Partial<CreateKeyInput> = {}) =>
  fixture.key({ permissions: ["customers:write"], rateLimits: { minute: 1_000 }, ...input });

const gate = (query: string, options: CallOptions = {}) => call(api, "GET", `/staging/gate${query}`, options);

const undefinedName = (permission: string) =>
  `This call needs the permission ${permission}, and this installation knows no permission of that name.`;

const identity = ({ headers }: Answer) =>
  ["key-id", "permissions", "customers"].map((name) => headers.get(`x-keyward-${name}`));

/** A refusal, told in full, and its code and words in headers; of whoever is refused nothing is said. */
function expectRefused(
  answer: Answer,
  ...problem: Parameters<typeof expectProblem> extends [Answer, ...infer Rest] ? Rest : never
) {
  expectProblem(answer, ...problem);
  expect(answer.headers.get("x-keyward-code")).toBe(problem[0]);
  expect(answer.headers.get("x-keyward-detail")).toBe(answer.json.detail);
  expect(identity(answer)).toEqual([null, null, null]);
}

describe("A good key passes the gate", () => {
  test("and the answer says who it is, in headers and in its body, with all that its permissions include", async () => {
    const { key, secret } = await newKey();
    const answer = await gate("?permission=customers:read", { key: secret });
    expect(answer.status, answer.text).toBe(200);
    expect(identity(answer)).toEqual([key.id, "customers:read,customers:write", "*"]);
    expect(answer.json).toEqual({
      keyId: key.id,
      name: key.name,
      permissions: ["customers:read", "customers:write"],
      customers: null,
    });
    expect(answer.headers.get("ratelimit")).toContain('"minute";r=999');
    expect(answer.headers.get("x-keyward-code")).toBeNull();
    expect(answer.headers.get("x-keyward-detail")).toBeNull();
  });

  test("without a permission that is asked for, by X-API-Key, and by HEAD", async () => {
    const { key, secret } = await newKey();
    const answer = await gate("", { headers: { "x-api-key": secret } });
    expect([answer.status, identity(answer)[0]]).toEqual([200, key.id]);
    const head = await call(api, "HEAD", "/staging/gate?permission=customers:read", { key: secret });
    expect([head.status, head.text, identity(head)[0]]).toEqual([200, "", key.id]);
  });

  test("and its customers are told, up to a hundred in 3.2 kB", async () => {
    const customers = await Promise.all(Array.from({ length: 100 }, () => fixture.customer()));
    const ids = customers.map(({ id }) => id);
    const { secret } = await newKey({ customers: ids });
    const told = identity(await gate("", { key: secret }))[2] ?? "";
    expect(told.split(",").toSorted()).toEqual(ids.toSorted());
    expect(told.length).toBeLessThan(3_200);
  });

  test("and what the client says of itself in the gate's own headers means nothing", async () => {
    const { key, secret } = await newKey();
    const forged = {
      "x-keyward-key-id": "key_01h455vb4pex5vsknk084sn02q",
      "x-keyward-permissions": "licenses:manage",
      "x-keyward-customers": "cus_01h455vb4pex5vsknk084sn02q",
      "x-keyward-code": "valid",
    };
    const passed = await gate("?permission=customers:read", { key: secret, headers: forged });
    expect(identity(passed)).toEqual([key.id, "customers:read,customers:write", "*"]);
    const refused = await gate("?permission=licenses:manage", { key: secret, headers: forged });
    expectRefused(refused, "permission_denied", { missingPermissions: ["licenses:manage"] });
    expectRefused(await gate("", { headers: forged }), "key_missing");
  });
});

describe("The gate refuses", () => {
  test("what the gateway refuses, with the same problems, and their code in a header", async () => {
    expectRefused(await gate(""), "key_missing");
    expectRefused(await gate("", { key: generateKey("kw", "staging") }), "key_invalid");
    const fenced = await newKey({ ipAllowlist: ["192.0.2.1"] });
    expectRefused(await gate("", { key: fenced.secret }), "ip_not_allowed");
    const bound = await newKey({ allowedOrigins: ["https://app.example.com"] });
    const headers = { origin: "https://evil.example" };
    expectRefused(await gate("", { key: bound.secret, headers }), "origin_not_allowed");
    const foreign = await newKey({ environment: "production" });
    expectRefused(await gate("", { key: foreign.secret }), "environment_mismatch", {
      keyEnvironment: "production",
      endpointEnvironment: "staging",
    });
    const spent = await newKey({ rateLimits: { day: 1 } });
    await gate("", { key: spent.secret });
    const limited = await gate("?permission=jobs:read", { key: spent.secret });
    expectRefused(limited, "rate_limited", { retryAfter: expect.any(Number), violatedPolicies: ["day"] });
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    const { key, secret } = await newKey();
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    expectRefused(await gate("", { key: secret }), "key_revoked");
  });

  test("a key whose customers are all gone, which opens nothing: an empty list could be read as no restriction", async () => {
    const [only, other] = [await fixture.customer(), await fixture.customer()];
    const { key, secret } = await newKey({ customers: [only.id, other.id] });
    await deleteCustomer(fixture.context(), { id: only.id });
    expect(identity(await gate("", { key: secret }))[2]).toBe(other.id);
    await deleteCustomer(fixture.context(), { id: other.id });
    const answer = await gate("?permission=customers:read", { key: secret });
    expectRefused(answer, "customer_out_of_scope");
    const below = await call(api, "POST", "/staging/gate/customers:read/orders", { key: secret });
    expectRefused(below, "customer_out_of_scope");
    expectRefused(await gate("?permission=jobs:read", { key: secret }), "permission_denied", {
      missingPermissions: ["jobs:read"],
    });
    // The other routes are as they were: it finds nothing there.
    expect((await call(api, "GET", "/staging/customers", { key: secret })).json.data).toEqual([]);
    const settings = { authFailuresPerMinute: 0 };
    const caller = { keyId: key.id, environment: "staging", address: null } as const;
    const asked = { ...caller, method: "GET", path: "/gate?permission=customers:read" } as const;
    const refusal = { status: 403, code: "customer_out_of_scope", detail: answer.json.detail };
    expect(await explainCall(fixture.context(), asked, settings)).toMatchObject({ refusal });
    expect(await explainCall(fixture.context(), { ...asked, path: "/customers" }, settings)).toMatchObject({
      refusal: null,
    });
    await fixture.runtime.requestLog.flush();
    expect(
      await explainRequest(
        fixture.context(),
        { requestId: idSchema("req").parse(answer.json.requestId) },
        settings,
      ),
    ).toMatchObject({ logged: { refusal }, now: { refusal } });
  });

  test("a key without the permission, as the check of that name, also where nobody has defined it", async () => {
    const { key, secret } = await newKey();
    for (const permission of ["jobs:read", "orders:read", "customers:delete"]) {
      const answer = await gate(`?permission=${permission}`, { key: secret });
      expectRefused(answer, "permission_denied", { missingPermissions: [permission] });
      expect(answer.headers.get("www-authenticate")).toBe(
        `Bearer error="insufficient_scope", scope="${permission}"`,
      );
      expect(await requestRowOf(fixture, answer)).toMatchObject({
        route: "GET /gate",
        permission,
        refused_by: "permission" satisfies (typeof CHECKS)[number],
        key_id: key.id,
      });
    }
    await updateKey(fixture.context(), { id: key.id, permissions: ["jobs:read"] });
    expect((await gate("?permission=jobs:read", { key: secret })).status).toBe(200);
  });

  test("a permission that nobody has defined as what it is, in the answer, the log and Explain: a typing error in a proxy's settings", async () => {
    const { key, secret } = await newKey();
    await definePermission(fixture.context(), { name: "parcels:read", label: "Parcel Read" });
    const settings = { authFailuresPerMinute: 0 };
    const caller = { keyId: key.id, environment: "staging", address: null } as const;
    for (const [permission, detail] of [
      ["jobs:read", "This call needs the permission jobs:read."],
      ["parcels:read", "This call needs the permission parcels:read."],
      ["parcles:read", undefinedName("parcles:read")],
      ["jobs:raed", undefinedName("jobs:raed")],
    ] as const) {
      const answer = await gate(`?permission=${permission}`, { key: secret });
      expectRefused(answer, "permission_denied", { missingPermissions: [permission] });
      expect(answer.json.detail).toBe(detail);
      const below = await call(api, "POST", `/staging/gate/${permission}/orders`, { key: secret });
      expect(below.json.detail).toBe(detail);
      expect(await requestRowOf(fixture, answer)).toMatchObject({ refused_by: "permission", detail });
      const asked = { ...caller, method: "GET", path: `/gate?permission=${permission}` } as const;
      const refusal = { status: 403, code: "permission_denied", detail };
      expect(await explainCall(fixture.context(), asked, settings)).toMatchObject({ refusal });
      const { requestId } = answer.json;
      const explained = { requestId: idSchema("req").parse(requestId) };
      expect(await explainRequest(fixture.context(), explained, settings)).toMatchObject({
        logged: { refusal },
        now: { refusal },
      });
    }
    // Known from the next call on, as it is granted from the next call on.
    await definePermission(fixture.context(), { name: "parcles:read", label: "Parcel Read" });
    const defined = await gate("?permission=parcles:read", { key: secret });
    expect(defined.json.detail).toBe("This call needs the permission parcles:read.");
    await deletePermission(fixture.context(), { name: "parcles:read" });
    await deletePermission(fixture.context(), { name: "parcels:read" });
  });

  test.each([
    "",
    "Orders:read",
    "orders:Read",
    "orders",
    "orders:",
    ":read",
    "orders:read:all",
    "orders.read",
    "1orders:read",
    "-orders:read",
    "orders: read",
    "órders:read",
    "*",
    "orders:*",
    `${"o".repeat(32)}:read`,
    'orders:read"',
    "orders:read\r\nx-keyward-key-id: key_01h455vb4pex5vsknk084sn02q",
  ])(
    "%j, which is no name of a permission, with 422, and a call without a key with 401 before that",
    async (name) => {
      const query = `?permission=${encodeURIComponent(name)}`;
      const answer = await gate(query, { key: (await newKey()).secret });
      expectFieldErrors(answer, { path: "permission", code: "invalid_format" });
      expect(answer.headers.get("x-keyward-code")).toBe("validation_failed");
      const words = answer.headers.get("x-keyward-detail") ?? "";
      expect(words).toMatch(/^[ -~]+$/);
      expect(JSON.parse(`"${words}"`)).toBe(answer.json.detail);
      expectRefused(await gate(query), "key_missing");
    },
  );

  test("two permissions, and parameters that it has not", async () => {
    const { secret } = await newKey();
    const twice = await gate("?permission=customers:read&permission=customers:write", { key: secret });
    expectFieldErrors(twice, { path: "permission", code: "repeated" });
    const other = await gate("?permission=customers:read&scope=all", { key: secret });
    expectFieldErrors(other, { path: "scope", code: "unknown_field" });
  });

  test("other methods, a browser's question before a call among them: its 204 would be taken for a yes", async () => {
    const { secret } = await newKey();
    for (const method of ["POST", "PUT", "DELETE"]) {
      expectProblem(await call(api, method, "/staging/gate", { key: secret }), "method_not_allowed");
    }
    const asked = { origin: "https://shop.acme.example", "access-control-request-method": "DELETE" };
    const answer = await call(api, "OPTIONS", "/staging/gate?permission=customers:read", { headers: asked });
    expectProblem(answer, "method_not_allowed");
    const below = await call(api, "OPTIONS", "/staging/gate/customers:read/x", { headers: asked });
    expectRefused(below, "key_missing");
  });
});

describe("A gate that is asked by its path", () => {
  const below = (method: string, rest: string, options: CallOptions) =>
    call(api, method, `/staging/gate/customers:read${rest}`, options);

  test("takes any method, and whatever stands below it is the client's and means nothing", async () => {
    const { key, secret } = await newKey();
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
      for (const rest of ["", "/", "/orders/17?permission=jobs:read&a=1&a=2", "/%zz/%0A/%2F", "/x/../y"]) {
        const answer = await below(method, rest, { key: secret });
        expect([method, rest, answer.status, identity(answer)[0]]).toEqual([method, rest, 200, key.id]);
      }
    }
    const lesser = await newKey({ permissions: ["jobs:read"] });
    const refused = await below("DELETE", "/orders/17?permission=jobs:read", { key: lesser.secret });
    expectRefused(refused, "permission_denied", { missingPermissions: ["customers:read"] });
    expect(await requestRowOf(fixture, refused)).toMatchObject({
      method: "DELETE",
      route: "GET /gate/{permission}",
      permission: "customers:read",
      path: "/api/v1/staging/gate/customers:read",
      query: null,
    });
  });

  test("leaves nothing of its client's path and query in the log, which are another service's, and finds keys in them", async () => {
    const { key, secret } = await newKey();
    const customer = await fixture.customer();
    const secretOfAnother = "one-time-link-42";
    const rest = `/reset/${secretOfAnother}?sig=${secretOfAnother}&for=${customer.id}&key=${secret}`;
    const answers = [
      await below("POST", rest, { key: secret }),
      await below("POST", rest, {}),
      await call(api, "POST", `/staging/gate/jobs:read${rest}`, { key: secret }),
      await call(api, "POST", `/staging/gate/jobs${rest}`, { key: secret }),
      await call(api, "POST", `/staging/gate/${rest}`, { key: secret }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 403, 404, 404]);
    const paths = ["customers:read", "customers:read", "jobs:read", "jobs", ""];
    for (const [index, answer] of answers.entries()) {
      const row = await requestRowOf(fixture, answer);
      const path = `/api/v1/staging/gate/${paths[index]}`;
      expect(row).toMatchObject({ path, query: null, customers: null });
      expect(JSON.stringify(row)).not.toContain(secretOfAnother);
    }
    const exposed = await sqlOf(fixture)`select key_id from key_exposures where key_id = ${key.id}`;
    expect(exposed).toHaveLength(1);
  });

  test("leaves nothing of it in the answers that the log keeps either, where it keeps them", async () => {
    await changeRequestLogSettings(fixture.context(), { headers: false, bodies: true });
    fixture.clock.advance(6);
    // Its writer reads the settings again.
    await call(api, "GET", "/openapi.json");
    await fixture.runtime.requestLog.flush();
    const answer = await below("POST", "/reset/one-time-link-43?sig=one-time-link-43", {});
    expectRefused(answer, "key_missing");
    const kept = (await requestRowOf(fixture, answer))?.response_body;
    expect(kept).toContain("key_missing");
    expect(kept).not.toContain("one-time-link-43");
  });

  test("reads no body, whatever its client has sent", async () => {
    const answer = await below("POST", "/orders", {
      key: (await newKey()).secret,
      raw: "not JSON",
      headers: { "content-type": "text/plain" },
    });
    expect(answer.status).toBe(200);
  });

  test("whose name is none of a permission is 404, and says no more than any path that is not there", async () => {
    const { secret } = await newKey();
    for (const path of ["orders", "Orders:read", "orders:read%22/x", "*"]) {
      expectRefused(await call(api, "GET", `/staging/gate/${path}`, { key: secret }), "not_found");
    }
    expectProblem(await call(api, "GET", "/staging/gate/", { key: secret }), "not_found");
  });
});

test("Names that a caller makes up are in its rows of the log, and no groups of their own in what is counted", async () => {
  const { key, secret } = await newKey();
  await gate("?permission=customers:read", { key: secret });
  for (let one = 0; one < 5; one++) {
    await gate(`?permission=made-up:n${one}`, { key: secret });
    await gate(`?permission=made-up:n${one}`);
    const both = { authorization: `Bearer ${secret}`, "x-api-key": "another" };
    await gate(`?permission=made-up:n${one}`, { headers: both });
  }
  await fixture.runtime.requestLog.flush();
  const sql = sqlOf(fixture);
  const logged = await sql`select distinct permission from requests where permission like 'made-up:%'`;
  expect(logged).toHaveLength(5);
  const hours = await sql`select permission, sum(calls)::int as calls from usage_hourly
    where key_id = ${key.id} group by 1 order by 1`;
  expect(hours).toEqual([
    { permission: "", calls: 5 },
    { permission: "customers:read", calls: 1 },
  ]);
  expect(await sql`select from usage_hourly where permission like 'made-up:%'`).toHaveLength(0);
  expect(await sql`select permission from usage_permissions where key_id = ${key.id}`).toEqual([
    { permission: "customers:read" },
  ]);
});
