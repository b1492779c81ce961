import { sqlOf } from "@test/server/services/support";
import { call, expectProblem } from "@test/support/calls";
import { holdBack } from "@test/support/held-back";
import { describe, expect, test, vi } from "vitest";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import { newId } from "@/server/core/ids";
import { deleteCustomer } from "@/server/services/customers";
import { deleteKey, reactivateKey, revokeKey } from "@/server/services/keys";
import { type MadeKey, managedKeysSuite } from "./managed-keys-support";

const { fixture, api, customers, manager, send, make, asAdmin, edit, everyRowOfKeys } = managedKeysSuite();

describe("A revoke", () => {
  const revokedBy = async (by: RevealedKey, made: MadeKey) =>
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
      const scoped = await manager({ managesKeys: "all", customers: [customers.ours.id] });
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
        [scoped, (await make(by, { customers: [customers.ours.id, customers.others.id] })).id],
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
    await send(by, "PATCH", `/${second.id}`, { tags: ["Web Shop"], customers: [customers.ours.id] });
    expect(await ids(by, "?tag=web-shop")).toEqual([second.id]);
    expect(await ids(by, "?tag=Web%20Shop&search=two")).toEqual([second.id]);
    expect(await ids(by, `?customerId=${customers.ours.id}`)).toEqual([second.id]);
    expect(await ids(by, `?customerId=${customers.others.id}`)).toEqual([]);
    expect(await ids(by, `?customerId=${customers.ours.id}&tag=acme`)).toEqual([]);
    await send(by, "PATCH", `/${second.id}`, { customers: null });
    await send(by, "POST", `/${first.id}/revoke`);
    expect(await ids(by, "?status=inactive")).toEqual([first.id]);
    const page = await send(by, "GET", "?limit=1");
    expect(page.json.nextCursor).toEqual(expect.any(String));
    expect(await ids(by, `?limit=1&cursor=${page.json.nextCursor}`)).toEqual([first.id]);
    const scoped = await manager({ managesKeys: "all", customers: [customers.ours.id] });
    const within = await make(by, { customers: [customers.ours.id] });
    expect(await ids(scoped, "?limit=100")).toContain(within.id);
    expect(await ids(scoped, "?limit=100")).not.toContain(second.id);
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
    const by = await manager({ managesKeys: "all", customers: [customers.ours.id] });
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
