import { auditOf, everyRow, requestRowOf, sqlOf } from "@test/server/services/support";
import { type Answer, call, expectFieldErrors, expectProblem, inProcess } from "@test/support/calls";
import { adminOf } from "@test/support/fixture";
import { holdBack } from "@test/support/held-back";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { CustomerView } from "@/contracts/customers";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput, UpdateKeyInput } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { deleteCustomer } from "@/server/services/customers";
import { changeKeyPolicy } from "@/server/services/key-policies";
import {
  deleteKey,
  getKey,
  reactivateKey,
  regenerateKey,
  revokeKey,
  updateKey,
} from "@/server/services/keys";
import { definePermission } from "@/server/services/permissions";
import { changeRequestLogSettings } from "@/server/services/settings";

const fixture = suiteFixture();
const api = inProcess(fixture);

const EXPIRES = "2024-06-01T00:00:00.000Z";
const LATER = "2024-06-01T00:00:00.001Z";
const LIMITS = { minute: 1_000, day: 100_000 };

let ours: CustomerView;
let others: CustomerView;

beforeAll(async () => {
  ours = await fixture.customer();
  others = await fixture.customer();
  await definePermission(fixture.context(), { name: "orders:read", label: "Order Read", description: "" });
  await definePermission(fixture.context(), {
    name: "orders:all",
    label: "Orders",
    description: "",
    implies: ["orders:read"],
  });
  await definePermission(fixture.context(), { name: "stock:read", label: "Stock", description: "" });
});

/** A key that manages those it makes, with some power of its own. */
const manager = (input: Partial<CreateKeyInput> = {}): Promise<RevealedKey> =>
  fixture.key({
    name: "Shop",
    permissions: ["keys:manage", "licenses:manage", "customers:read", "orders:all"],
    rateLimits: LIMITS,
    managesKeys: "own",
    grantsKeyManagement: false,
    ...input,
  });

/** One with a bound of each kind. */
const bounded = (input: Partial<CreateKeyInput> = {}) =>
  manager({
    customers: [ours.id],
    ipAllowlist: ["198.51.100.0/24", "2001:db8::/32"],
    allowedOrigins: ["https://app.example.com"],
    expiresAt: EXPIRES,
    ...input,
  });

const send = ({ secret }: RevealedKey, method: string, path: string, body?: unknown, headers = {}) =>
  call(api, method, `/staging/keys${path}`, {
    key: secret,
    headers,
    ...(body === undefined ? {} : { body }),
  });

type Made = RevealedKey & { id: Id<"key"> };

/** A key that the manager makes, by the API. */
async function make(by: RevealedKey, input: Record<string, unknown> = {}): Promise<Made> {
  const answer = await send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"], ...input });
  expect(answer.status, answer.text).toBe(201);
  const { id, secret } = answer.json as { id: Id<"key">; secret: string };
  return { id, secret, key: await getKey(fixture.context(), { id }) };
}

const asAdmin = () => fixture.context(adminOf("admin"));
const edit = (input: UpdateKeyInput) => updateKey(asAdmin(), input);

describe("A new key", () => {
  test("has what the call leaves out from the key that makes it, and nothing that administrators alone decide", async () => {
    const by = await bounded();
    const answer = await send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"] });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.get("location")).toBe(`/api/v1/staging/keys/${answer.json.id}`);
    expect(answer.json).toMatchObject({
      name: "Acme",
      description: "",
      environment: "staging",
      status: "active",
      permissions: ["licenses:read"],
      rateLimits: LIMITS,
      customers: [ours.id],
      ipAllowlist: ["198.51.100.0/24", "2001:db8::/32"],
      allowedOrigins: ["https://app.example.com"],
      expiresAt: EXPIRES,
      tags: [],
    });
    const view = await getKey(fixture.context(), { id: answer.json.id as Id<"key"> });
    expect(view).toMatchObject({
      createdBy: 'key "Shop"',
      createdByKeyId: by.key.id,
      owner: null,
      managesKeys: "own",
      grantsKeyManagement: false,
    });
    const used = await call(api, "GET", "/staging/key", { key: answer.json.secret as string });
    expect(used.json).toMatchObject({ id: answer.json.id, permissions: ["licenses:read"] });
  });

  test("names nobody's e-mail address in any answer", async () => {
    const by = await manager();
    const made = await make(by, { customers: [ours.id] });
    await edit({ id: made.id, owner: "owner@acme.example" });
    for (const answer of [await send(by, "GET", ""), await send(by, "GET", `/${made.id}`)])
      expect(answer.text).not.toContain("@");
    for (const search of ["owner@acme", "admin@acme", ours.email])
      expect((await send(by, "GET", `?search=${search}`)).json.data).toEqual([]);
    expect((await send(by, "GET", "?search=ACME")).json.data).toMatchObject([{ id: made.id }]);
  });

  test("is bound by the policy of its environment, and by what takes a second person", async () => {
    const by = await manager();
    const rules = (input: object) =>
      changeKeyPolicy(fixture.context(), { environment: "staging", rules: input });
    const body = { name: "Acme", permissions: ["licenses:manage"] };
    await rules({ expiryRequired: true, approvalPermissions: ["licenses:manage"] });
    expectFieldErrors(await send(by, "POST", "", body), { path: "expiresAt", code: "policy" });
    const expiresAt = EXPIRES;
    expectFieldErrors(await send(by, "POST", "", { ...body, expiresAt }), {
      path: "permissions",
      code: "approval",
    });
    await rules({ expiryRequired: false, approvalPermissions: [] });
    await make(by, body);
  });
});

/** What goes too far, facet by facet, of a key whose maker is {@link bounded}. */
const TOO_FAR: readonly [what: string, () => Record<string, unknown>, check: (answer: Answer) => void][] = [
  [
    "a permission that it does not have",
    () => ({ permissions: ["licenses:read", "jobs:read"] }),
    (answer) => expectProblem(answer, "permission_denied", { missingPermissions: ["jobs:read"] }),
  ],
  [
    "a permission of one's own that it does not have",
    () => ({ permissions: ["stock:read"] }),
    (answer) => expectProblem(answer, "permission_denied", { missingPermissions: ["stock:read"] }),
  ],
  [
    "a permission that nobody has defined, told as one that it does not have",
    () => ({ permissions: ["stock:write"] }),
    (answer) => expectProblem(answer, "permission_denied", { missingPermissions: ["stock:write"] }),
  ],
  [
    "keys:manage, where an administrator has not allowed it",
    () => ({ permissions: ["keys:manage"] }),
    (answer) => expectProblem(answer, "permission_denied", { missingPermissions: ["keys:manage"] }),
  ],
  ["all customers", () => ({ customers: null }), (answer) => expectProblem(answer, "customer_out_of_scope")],
  [
    "another customer",
    () => ({ customers: [ours.id, others.id] }),
    (answer) => expectProblem(answer, "customer_out_of_scope"),
  ],
  [
    "a customer that there is not, told as another",
    () => ({ customers: [newId("cus")] }),
    (answer) => expectProblem(answer, "customer_out_of_scope"),
  ],
  ["any address", () => ({ ipAllowlist: [] }), exceeds("ipAllowlist")],
  ["a wider range", () => ({ ipAllowlist: ["198.51.100.7", "198.51.100.0/23"] }), exceeds("ipAllowlist.1")],
  ["a range of the other family", () => ({ ipAllowlist: ["::/0"] }), exceeds("ipAllowlist.0")],
  ["any origin", () => ({ allowedOrigins: [] }), exceeds("allowedOrigins")],
  [
    "another origin",
    () => ({ allowedOrigins: ["https://app.example.com", "https://other.example.com"] }),
    exceeds("allowedOrigins.1"),
  ],
  ["more calls", () => ({ rateLimits: { minute: 1_001, day: 100_000 } }), exceeds("rateLimits.minute")],
  ["no limit in one of its windows", () => ({ rateLimits: { minute: 1_000 } }), exceeds("rateLimits.day")],
  ["a later end", () => ({ expiresAt: LATER }), exceeds("expiresAt")],
  ["no end", () => ({ expiresAt: null }), exceeds("expiresAt")],
];

function exceeds(path: string) {
  return (answer: Answer) => expectFieldErrors(answer, { path, code: "exceeds_calling_key" });
}

describe("A key gives at most what it has:", () => {
  test.each(TOO_FAR)("not %s, to a new key nor to one that there is", async (_, wanted, check) => {
    const by = await bounded();
    const made = await make(by);
    const before = await everyRowOfKeys();
    check(await send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"], ...wanted() }));
    check(await send(by, "PATCH", `/${made.id}`, wanted()));
    expect(await everyRowOfKeys()).toEqual(before);
  });

  test("all of it, and further windows", async () => {
    const by = await bounded({ grantsKeyManagement: true });
    const permissions = ["keys:manage", "licenses:manage", "licenses:read", "orders:all", "orders:read"];
    const all = {
      permissions,
      customers: [ours.id],
      ipAllowlist: ["198.51.100.0/25", "198.51.100.200", "2001:db8:1::/48"],
      allowedOrigins: ["https://app.example.com"],
      rateLimits: { minute: 1_000, hour: 1_000_000, day: 100_000 },
      expiresAt: EXPIRES,
    };
    const made = await make(by, all);
    const given = await send(by, "PATCH", `/${(await make(by)).id}`, all);
    expect(given.json).toMatchObject(all);
    // Of itself it hands on that it manages keys, and not that others may.
    const next = await make(made, { permissions: ["orders:read"] });
    expect(next.key.createdByKeyId).toBe(made.id);
    expectProblem(await send(made, "POST", "", { name: "Acme", permissions }), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
  });

  test("nothing, where its customers are all gone", async () => {
    const by = await manager({ customers: [(await fixture.customer()).id] });
    await sqlOf(fixture)`delete from api_key_customers where key_id = ${by.key.id}`;
    const answer = await send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"] });
    expectProblem(answer, "customer_out_of_scope");
  });
});

/** Keys and their customers, but for when they were used. */
async function everyRowOfKeys() {
  return sqlOf(fixture)`
    select id, name, digest, permissions, rate_limits, ip_allowlist::text, allowed_origins, customer_scoped, expires_at, revoked_at,
      tags, updated_at, deleted_at,
      array(select customer_id from api_key_customers where key_id = api_keys.id order by 1) as customers
    from api_keys order by id`;
}

describe("A key that an administrator has made more powerful since", () => {
  test("loses power, and gets a name, and is revoked; and gets no more of anything, no secret and no second life", async () => {
    const by = await manager({ customers: [ours.id, others.id] });
    const made = await make(by, { customers: [ours.id] });
    await edit({ id: made.id, permissions: ["licenses:read", "jobs:read"] });
    const path = `/${made.id}`;
    const outside = { missingPermissions: ["jobs:read"] };
    expect(
      (await send(by, "PATCH", path, { name: "Acme Ltd", rateLimits: { minute: 1, day: 1 } })).status,
    ).toBe(200);
    // It would read the jobs of another customer.
    for (const change of [
      { customers: [ours.id, others.id] },
      { rateLimits: LIMITS },
      { expiresAt: EXPIRES, rateLimits: LIMITS },
    ])
      expectProblem(await send(by, "PATCH", path, change), "permission_denied", outside);
    expectProblem(await send(by, "POST", `${path}/regenerate`), "permission_denied", outside);
    expect((await send(by, "POST", `${path}/revoke`)).json).toMatchObject({ status: "inactive" });
    expectProblem(await send(by, "POST", `${path}/reactivate`), "permission_denied", outside);
    expect((await send(by, "PATCH", path, { permissions: ["licenses:read"] })).status).toBe(200);
    expect((await send(by, "POST", `${path}/reactivate`)).json).toMatchObject({ status: "active" });
    expect((await send(by, "POST", `${path}/regenerate`)).status).toBe(200);
  });

  test.each<[string, Partial<CreateKeyInput>, Partial<UpdateKeyInput>]>([
    ["may manage keys", {}, {}],
    ["manages all keys", { grantsKeyManagement: true }, { managesKeys: "all" }],
  ])("and now %s gets no secret", async (_, maker, wider) => {
    const by = await manager(maker);
    const made = await make(by);
    await edit({ id: made.id, permissions: ["licenses:read", "keys:manage"], ...wider });
    expectProblem(await send(by, "POST", `/${made.id}/regenerate`), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
  });
});

describe("A revoke", () => {
  const revokedBy = async (by: RevealedKey, made: Made) =>
    expect((await send(by, "POST", `/${made.id}/revoke`, { reason: "Left" })).json).toMatchObject({
      status: "inactive",
      revokedReason: "Left",
    });

  test("by the key itself is taken back by it; repeated, it stays as it is", async () => {
    const by = await manager();
    const made = await make(by);
    await revokedBy(by, made);
    expect((await send(by, "POST", `/${made.id}/revoke`, { reason: "Again" })).json).toMatchObject({
      revokedReason: "Left",
    });
    expect((await call(api, "GET", "/staging/key", { key: made.secret })).json.code).toBe("key_revoked");
    for (let time = 0; time < 2; time++)
      expect((await send(by, "POST", `/${made.id}/reactivate`)).json).toMatchObject({ status: "active" });
    expect((await call(api, "GET", "/staging/key", { key: made.secret })).status).toBe(200);
  });

  test("by an administrator is not taken back by a key, also where the key had revoked it before", async () => {
    const by = await manager({ managesKeys: "all" });
    for (const first of [false, true]) {
      const made = await make(by);
      if (first) await revokedBy(by, made);
      await revokeKey(asAdmin(), { id: made.id, reason: "Stolen" });
      expectProblem(await send(by, "POST", `/${made.id}/reactivate`), "invalid_state");
      expect((await send(by, "GET", `/${made.id}`)).json).toMatchObject({
        status: "inactive",
        revokedReason: "Stolen",
      });
      await reactivateKey(asAdmin(), { id: made.id });
    }
  });

  test("by another key is taken back by one that manages all keys alone", async () => {
    const all = await manager({ managesKeys: "all" });
    const own = await manager();
    const made = await make(own);
    await revokedBy(all, made);
    expectProblem(await send(own, "POST", `/${made.id}/reactivate`), "invalid_state");
    expect((await send(all, "POST", `/${made.id}/reactivate`)).status).toBe(200);
  });
});

/** Every operation on one key. */
const ON_ONE_KEY = [
  ["GET", ""],
  ["PATCH", "", { name: "Mine" }],
  ["DELETE", ""],
  ["POST", "/regenerate", { overlap: "now" }],
  ["POST", "/revoke", { reason: "" }],
  ["POST", "/reactivate"],
] as const;

describe("A key that is out of reach", () => {
  test.each(ON_ONE_KEY)(
    "is one that is not there, byte for byte: %s %s",
    async (method, step, body?: unknown) => {
      const by = await manager();
      const scoped = await manager({ managesKeys: "all", customers: [ours.id] });
      const elsewhere = await fixture.key({ environment: "production" });
      const deleted = await make(by);
      await revokeKey(fixture.context(), { id: deleted.id });
      await deleteKey(fixture.context(), { id: deleted.id, name: "Acme" });
      const beyond: [RevealedKey, Id<"key">][] = [
        [by, by.key.id],
        [by, (await make(await manager())).id],
        [by, elsewhere.key.id],
        [by, deleted.id],
        [scoped, (await make(by)).id],
        [scoped, (await make(by, { customers: [ours.id, others.id] })).id],
      ];
      const before = await everyRowOfKeys();
      for (const [caller, id] of beyond) {
        const unknown = newId("key");
        const answers = [
          await send(caller, method, `/${unknown}${step}`, body),
          await send(caller, method, `/${id}${step}`, body),
        ];
        const [absent, hidden] = answers.map(({ status, text, json }) => [
          status,
          text.replaceAll(unknown, "…").replaceAll(id, "…").replace(String(json.requestId), "…"),
        ]);
        expect(hidden).toEqual(absent);
        expect(hidden?.[0]).toBe(404);
      }
      expect(await everyRowOfKeys()).toEqual(before);
    },
  );

  test("is in no list", async () => {
    const [by, other] = [await manager(), await manager()];
    const [first, second] = [await make(by), await make(by, { name: "Acme two" })];
    await make(other);
    const ids = async (caller: RevealedKey, query = "") =>
      ((await send(caller, "GET", query)).json.data as { id: string }[]).map(({ id }) => id);
    expect(await ids(by)).toEqual([second.id, first.id]);
    expect(await ids(by, "?search=two")).toEqual([second.id]);
    await send(by, "POST", `/${first.id}/revoke`);
    expect(await ids(by, "?status=inactive")).toEqual([first.id]);
    const page = await send(by, "GET", "?limit=1");
    expect(page.json.nextCursor).toEqual(expect.any(String));
    expect(await ids(by, `?limit=1&cursor=${page.json.nextCursor}`)).toEqual([first.id]);
    const scoped = await manager({ managesKeys: "all", customers: [ours.id] });
    const within = await make(by, { customers: [ours.id] });
    expect(await ids(scoped, "?limit=100")).toContain(within.id);
    expect(await ids(scoped, "?limit=100")).not.toContain(second.id);
  });
});

test("A key that manages all reaches itself, gains nothing by it, and can cut itself off", async () => {
  const by = await bounded({ managesKeys: "all" });
  const path = `/${by.key.id}`;
  for (const [, wanted, check] of TOO_FAR.filter(([what]) => !what.startsWith("keys:manage")))
    check(await send(by, "PATCH", path, wanted()));
  // It would have a secret that nobody knows of who has the present one.
  expectProblem(await send(by, "POST", `${path}/regenerate`), "permission_denied", {
    missingPermissions: ["keys:manage"],
  });
  expect((await send(by, "PATCH", path, { rateLimits: { ...LIMITS, minute: 900 } })).status).toBe(200);
  exceeds("rateLimits.minute")(await send(by, "PATCH", path, { rateLimits: LIMITS }));
  expect((await send(by, "POST", `${path}/revoke`)).json).toMatchObject({ status: "inactive" });
  expectProblem(await send(by, "GET", path), "key_revoked");
});

describe("A secret", () => {
  test("is told once: a repeat gets null in its place, and no table and no log ever holds it", async () => {
    await changeRequestLogSettings(fixture.context(), { headers: true, bodies: true });
    fixture.clock.advance(6);
    // Its writer reads the settings again.
    await call(api, "GET", "/openapi.json");
    await fixture.runtime.requestLog.flush();
    const by = await manager();
    const once = (key: string) => ({ "idempotency-key": key });
    const body = { name: "Acme", permissions: ["licenses:read"] };
    const first = await send(by, "POST", "", body, once("make"));
    const again = await send(by, "POST", "", body, once("make"));
    expect(again.status).toBe(201);
    expect(again.json).toEqual({ ...first.json, secret: null });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    const path = `/${first.json.id}/regenerate`;
    const second = await send(by, "POST", path, {}, once("anew"));
    expect((await send(by, "POST", path, {}, once("anew"))).json).toEqual({ ...second.json, secret: null });
    await fixture.runtime.requestLog.flush();
    // What the log has kept of it says that there was one.
    const kept = (await requestRowOf(fixture, first))?.response_body;
    expect(JSON.parse(kept)).toMatchObject({ name: "Acme", secret: "[redacted]" });
    const rows = JSON.stringify(await everyRow(fixture));
    for (const secret of [first.json.secret, second.json.secret]) {
      expect(secret).toMatch(/^kw_stag_/);
      // Not the random part either, without which a key is worth nothing.
      expect(rows).not.toContain(String(secret).slice(8, -6));
      expect(fixture.log()).not.toContain(String(secret).slice(8, -6));
    }
  });

  test("that is regenerated stops at once, or after the overlap, which is ended by its name alone", async () => {
    const by = await manager();
    const made = await make(by);
    const use = async (key: unknown) => (await call(api, "GET", "/staging/key", { key: String(key) })).status;
    const overlapping = await send(by, "POST", `/${made.id}/regenerate`, { overlap: "1h" });
    expect([await use(made.secret), await use(overlapping.json.secret)]).toEqual([200, 200]);
    const { overlapUntil } = overlapping.json;
    expectProblem(await send(by, "POST", `/${made.id}/regenerate`), "invalid_state", { overlapUntil });
    const last = await send(by, "POST", `/${made.id}/regenerate`, { endsOverlap: overlapUntil });
    expect([await use(made.secret), await use(overlapping.json.secret), await use(last.json.secret)]).toEqual(
      [401, 401, 200],
    );
  });
});

const heldBack = (by: RevealedKey, method: string, path: string, body: unknown, headers = {}) =>
  holdBack(api, method, `/staging/keys${path}`, body, { key: by.secret, headers });

/** What an administrator does while the call waits, and how it is answered then. */
const MEANWHILE: readonly [
  what: string,
  change: (by: RevealedKey) => Promise<unknown>,
  code: Parameters<typeof expectProblem>[1],
][] = [
  ["revoked", (by) => revokeKey(fixture.context(), { id: by.key.id }), "key_revoked"],
  [
    "made to end",
    (by) => sqlOf(fixture)`update api_keys set expires_at = ${LONG_AGO} where id = ${by.key.id}`,
    "key_expired",
  ],
  ["regenerated", (by) => regenerateKey(fixture.context(), { id: by.key.id }), "key_invalid"],
  [
    "deleted",
    async (by) => {
      await revokeKey(fixture.context(), { id: by.key.id });
      await deleteKey(fixture.context(), { id: by.key.id, name: "Shop" });
    },
    "key_invalid",
  ],
  [
    "kept from managing keys",
    (by) => edit({ id: by.key.id, permissions: ["licenses:manage"] }),
    "permission_denied",
  ],
  [
    "kept from what it gives",
    (by) => edit({ id: by.key.id, permissions: ["keys:manage"] }),
    "permission_denied",
  ],
  [
    "restricted to another customer",
    (by) => edit({ id: by.key.id, customers: [others.id] }),
    "customer_out_of_scope",
  ],
  [
    "allowed fewer calls",
    (by) => edit({ id: by.key.id, rateLimits: { minute: 1, day: 1 } }),
    "validation_failed",
  ],
];
const LONG_AGO = "2023-01-01T00:00:00.000Z";

describe("A key that was, while the body of its call was held back,", () => {
  const wanted = () => ({
    name: "Late",
    permissions: ["licenses:read"],
    customers: [ours.id],
    rateLimits: { minute: 10, day: 10 },
  });

  test.each(MEANWHILE)("%s makes no key any more", async (_, change, code) => {
    const by = await manager();
    const finish = await heldBack(by, "POST", "", wanted());
    await change(by);
    const before = await everyRowOfKeys();
    const answer = await finish();
    expect([answer.status >= 400, answer.json.code], answer.text).toEqual([true, code]);
    expect(await everyRowOfKeys()).toEqual(before);
  });

  test.each(MEANWHILE.slice(0, 5))("%s changes none", async (_, change, code) => {
    const by = await manager();
    const made = await make(by);
    const finish = await heldBack(by, "PATCH", `/${made.id}`, { permissions: ["licenses:manage"] });
    await change(by);
    const before = await everyRowOfKeys();
    const answer = await finish();
    expect([answer.status >= 400, answer.json.code], answer.text).toEqual([true, code]);
    expect(await everyRowOfKeys()).toEqual(before);
  });

  test("revoked is not told its first answer again", async () => {
    const by = await manager();
    const once = { "idempotency-key": "once" };
    await send(by, "POST", "", wanted(), once);
    const finish = await heldBack(by, "POST", "", wanted(), once);
    await revokeKey(fixture.context(), { id: by.key.id });
    expectProblem(await finish(), "key_revoked");
  });

  test("revoked and let work again makes the key when it is asked again", async () => {
    const by = await manager();
    const once = { "idempotency-key": "once" };
    const finish = await heldBack(by, "POST", "", wanted(), once);
    await revokeKey(fixture.context(), { id: by.key.id });
    expectProblem(await finish(), "key_revoked");
    await reactivateKey(fixture.context(), { id: by.key.id });
    expect((await send(by, "POST", "", wanted(), once)).status).toBe(201);
  });
});

test("A revoke is not answered while a key is made by the one that it cuts off, so that whoever looks then sees that key", async () => {
  const by = await manager();
  const sql = sqlOf(fixture);
  const waiting = (count: number) =>
    vi.waitFor(async () => {
      const rows = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
          and query not like '%api_key_uses%'`;
      expect(rows).toHaveLength(count);
    });
  let isRevoked = false;
  const { made, revoked } = await sql.begin(async (tx) => {
    // The making gets as far as the policy, which it reads last.
    await tx`lock table key_policies in exclusive mode`;
    const made = send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"] });
    await waiting(1);
    const revoked = revokeKey(fixture.context(), { id: by.key.id }).then(() => {
      isRevoked = true;
    });
    await waiting(2);
    expect(isRevoked).toBe(false);
    return { made, revoked };
  });
  await revoked;
  const [row] = await sql`select id from api_keys where created_by_key_id = ${by.key.id}`;
  expect(row).toEqual({ id: (await made).json.id });
});

test("Two keys that change each other at once both get an answer", async () => {
  const all = { managesKeys: "all", grantsKeyManagement: true } as const;
  const [one, other] = [await manager(all), await manager(all)];
  const rename = (by: RevealedKey, target: RevealedKey, name: string) =>
    send(by, "PATCH", `/${target.key.id}`, { name });
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all([
      rename(one, other, `B${round}`),
      rename(other, one, `A${round}`),
      rename(one, one, `A-${round}`),
      rename(other, other, `B-${round}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  }
});

describe("What a key does with keys", () => {
  test("is on record under its name and id, as what an administrator does", async () => {
    const by = await manager();
    const rows = await auditOf(fixture, async () => {
      const made = await make(by);
      await send(by, "PATCH", `/${made.id}`, { tags: ["acme"] });
      await send(by, "POST", `/${made.id}/regenerate`);
      await send(by, "POST", `/${made.id}/revoke`, { reason: "Left" });
      await send(by, "POST", `/${made.id}/reactivate`);
      await send(by, "POST", `/${made.id}/revoke`);
      await send(by, "DELETE", `/${made.id}`);
    });
    expect(rows.map(({ action }) => action)).toEqual([
      "key.create",
      "key.update",
      "key.regenerate",
      "key.revoke",
      "key.reactivate",
      "key.revoke",
      "key.delete",
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        actorKind: "key",
        actorId: by.key.id,
        actor: 'key "Shop"',
        environment: "staging",
        requestId: expect.stringMatching(/^req_/),
        ip: "198.51.100.7",
      });
    }
  });

  test("is refused to one without keys:manage", async () => {
    const { secret } = await fixture.key({ permissions: ["keys:verify", "customers:write"] });
    for (const path of ["", `/${newId("key")}`])
      expectProblem(await call(api, "GET", `/staging/keys${path}`, { key: secret }), "permission_denied", {
        missingPermissions: ["keys:manage"],
      });
  });
});

describe("A call that is wrong is answered by", () => {
  test.each<[method: string, path: string, body: unknown, path422: string[]]>([
    ["POST", "", {}, ["name", "permissions"]],
    ["POST", "", { name: "", permissions: [] }, ["name", "permissions"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], environment: "production" }, ["environment"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], owner: "a@b.example" }, ["owner"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], managesKeys: "all" }, ["managesKeys"]],
    [
      "POST",
      "",
      { name: "A", permissions: ["licenses:read"], grantsKeyManagement: true },
      ["grantsKeyManagement"],
    ],
    ["POST", "", { name: "A", permissions: ["licenses:read"], customers: [] }, ["customers"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], rateLimits: {} }, ["rateLimits"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], ipAllowlist: ["here"] }, ["ipAllowlist.0"]],
    ["POST", "", { name: "A", permissions: ["licenses:read"], expiresAt: LONG_AGO }, ["expiresAt"]],
    ["GET", "?status=gone", undefined, ["status"]],
    ["GET", "?owner=none", undefined, ["owner"]],
    ["GET", "?cursor=x", undefined, ["cursor"]],
  ])("the field: %s %s %j", async (method, path, body, fields) => {
    const answer = await send(await manager(), method, path, body);
    expectFieldErrors(answer, ...fields);
  });

  test("the state: an active key is not deleted", async () => {
    const by = await manager();
    expectProblem(await send(by, "DELETE", `/${(await make(by)).id}`), "invalid_state");
  });
});

describe("A stolen key", () => {
  test("cannot keep an administrator from revoking it by calling all the time", async () => {
    const by = await manager({ rateLimits: { minute: 100_000 } });
    const { id } = await make(by);
    const answers: number[] = [];
    const calls = Array.from({ length: 8 }, async (_, number) => {
      let last = 0;
      while (last !== 401) {
        last = (await send(by, "PATCH", `/${id}`, { name: `Acme ${number} ${answers.length}` })).status;
        answers.push(last);
      }
    });
    await vi.waitUntil(() => answers.length > 8, { timeout: 20_000 });
    // The lock of its row is asked for in turn. Shared, it would be passed on from call to call, and this would not be answered.
    await revokeKey(asAdmin(), { id: by.key.id });
    await Promise.all(calls);
    expect([...new Set(answers)].sort()).toEqual([200, 401]);
  });

  test("reaches no key whose customers have all been deleted: it may have been anybody's, and may get another", async () => {
    const gone = await fixture.customer();
    const by = await manager({ managesKeys: "all", customers: [ours.id] });
    const theirs = await fixture.key({ customers: [gone.id] });
    await deleteCustomer(asAdmin(), { id: gone.id });
    expectProblem(await send(by, "GET", `/${theirs.key.id}`), "not_found");
    expectProblem(await send(by, "POST", `/${theirs.key.id}/regenerate`), "not_found");
  });

  test("waits for no key that is out of its reach, as the time that takes would tell that it is there", async () => {
    const by = await manager();
    const other = await fixture.key();
    await sqlOf(fixture).begin(async (sql) => {
      await sql`select id from api_keys where id = ${other.key.id} for update`;
      expectProblem(await send(by, "PATCH", `/${other.key.id}`, { name: "Mine" }), "not_found");
    });
  });

  test("takes no revoke back that an older version, or a statement by hand, has made since its own", async () => {
    const by = await manager();
    const { id } = await make(by);
    expect((await send(by, "POST", `/${id}/revoke`)).status).toBe(200);
    const sql = sqlOf(fixture);
    await sql`update api_keys set revoked_at = null, revoked_by = null, revoked_reason = null where id = ${id}`;
    await sql`update api_keys set revoked_at = now(), revoked_by = 'admin@acme.example' where id = ${id}`;
    expectProblem(await send(by, "POST", `/${id}/reactivate`), "invalid_state");
  });

  test("cannot use from elsewhere what it began before its addresses were narrowed", async () => {
    const by = await manager({ managesKeys: "all" });
    const other = await fixture.key();
    const finish = await holdBack(
      api,
      "POST",
      `/staging/keys/${other.key.id}/revoke`,
      {},
      { key: by.secret },
    );
    await edit({ id: by.key.id, ipAllowlist: ["203.0.113.7"] });
    expectProblem(await finish(), "ip_not_allowed");
  });
});

test("A permission can be narrowed to a part of it that the calling key does not have", async () => {
  const by = await manager({ permissions: ["keys:manage", "customers:read"] });
  const { id } = await make(by, { permissions: ["customers:read"] });
  await edit({ id, permissions: ["licenses:manage"] });
  const answer = await send(by, "PATCH", `/${id}`, { permissions: ["licenses:read"] });
  expect(answer.status, answer.text).toBe(200);
});
