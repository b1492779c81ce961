import { sqlOf } from "@test/server/services/support";
import { expectProblem } from "@test/support/calls";
import { holdBack } from "@test/support/held-back";
import { describe, expect, test, vi } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import { deleteKey, reactivateKey, regenerateKey, revokeKey } from "@/server/services/keys";
import { LONG_AGO, managedKeysSuite } from "./managed-keys-support";

const { fixture, api, customers, manager, send, make, edit, everyRowOfKeys } = managedKeysSuite();

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
    (by) => edit({ id: by.key.id, customers: [customers.others.id] }),
    "customer_out_of_scope",
  ],
  [
    "allowed fewer calls",
    (by) => edit({ id: by.key.id, rateLimits: { minute: 1, day: 1 } }),
    "validation_failed",
  ],
];

describe("A key that was, while the body of its call was held back,", () => {
  const wanted = () => ({
    name: "Late",
    permissions: ["licenses:read"],
    customers: [customers.ours.id],
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
