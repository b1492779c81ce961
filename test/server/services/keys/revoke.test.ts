import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { KeyView } from "@/contracts/keys";
import { revokeKeySchema, revokeKeysSchema } from "@/contracts/schemas/keys";
import { authDependencies, authenticate } from "@/gateway/authenticate/checks";
import { findKey } from "@/gateway/authenticate/look-up";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { getKey, reactivateKey, revokeKey, revokeKeys } from "@/server/services/keys";
import { auditOf, everyRow, refusal } from "../support";

const fixture = suiteFixture();

/** What the gateway says to a secret now: "open" or the code of its refusal. */
async function api(secret: string): Promise<string> {
  const ctx = fixture.context();
  const environment = (await findKey(ctx, secret))?.environment ?? "staging";
  const request = {
    credentials: [secret],
    environment,
    address: null,
    origin: null,
    permission: null,
  };
  return (await authenticate(request, authDependencies(ctx, 0))).refusal?.code ?? "open";
}

const view = (key: KeyView) => getKey(fixture.context(), { id: key.id });

describe("Revoke", () => {
  test("cuts the key off at once and notes who, when and why", async () => {
    const { key, secret } = await fixture.key();
    const owner = adminOf("owner");
    expect(await api(secret)).toBe("open");
    fixture.clock.advance(1);
    const revoked = await revokeKey(
      fixture.context(owner),
      parse(revokeKeySchema, { id: key.id, reason: " Leaked " }),
    );
    expect(await api(secret)).toBe("key_revoked");
    expect(revoked).toMatchObject({
      status: "inactive",
      revokedAt: fixture.clock.now().toISOString(),
      revokedBy: owner.email,
      revokedReason: "Leaked",
    });
  });

  test("needs no reason, and is on record with the one that was given", async () => {
    const [one, other] = [await fixture.key(), await fixture.key()];
    const rows = await auditOf(fixture, async () => {
      await revokeKey(fixture.context(), parse(revokeKeySchema, { id: one.key.id }));
      await revokeKey(fixture.context(), { id: other.key.id, reason: "Leaked" });
    });
    expect(rows.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
      { action: "key.revoke", before: { status: "active" }, after: { status: "inactive" } },
      {
        action: "key.revoke",
        before: { status: "active", reason: null },
        after: { status: "inactive", reason: "Leaked" },
      },
    ]);
    expect(await view(one.key)).toMatchObject({ revokedReason: null });
  });

  test("of a revoked key changes nothing: the first time, name and reason stay, and there is no second audit row", async () => {
    const { key } = await fixture.key();
    const first = await revokeKey(fixture.context(adminOf("admin")), { id: key.id, reason: "First" });
    fixture.clock.advance(60);
    const before = await everyRow(fixture);
    expect(await revokeKey(fixture.context(adminOf("owner")), { id: key.id, reason: "Second" })).toEqual(
      first,
    );
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("at the same time from many sides is one revoke", async () => {
    const { key } = await fixture.key();
    const rows = await auditOf(fixture, () =>
      Promise.all(
        Array.from({ length: 10 }, (_, n) => revokeKey(fixture.context(), { id: key.id, reason: `${n}` })),
      ),
    );
    expect(rows).toHaveLength(1);
    expect(await view(key)).toMatchObject({ revokedReason: rows[0]?.after?.reason });
  });

  test("goes before expiry: a key that is both is Inactive", async () => {
    const expiresAt = new Date(fixture.clock.now().getTime() + 1_000).toISOString();
    const { key, secret } = await fixture.key({ expiresAt });
    fixture.clock.advance(1);
    expect(await api(secret)).toBe("key_expired");
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    expect(await view(key)).toMatchObject({ status: "inactive" });
    expect(await api(secret)).toBe("key_revoked");
  });

  test.each([
    ["a reason of 501 characters", "r".repeat(501)],
    ["a NUL in the reason", "a\u0000b"],
  ])("is refused with %s", async (_, reason) => {
    const { key } = await fixture.key();
    expect(() => parse(revokeKeySchema, { id: key.id, reason })).toThrow(
      refusal("validation_failed", "reason"),
    );
  });

  test("of a key there is not is refused", async () => {
    await expect(revokeKey(fixture.context(), { id: newId("key"), reason: "" })).rejects.toEqual(
      refusal("not_found"),
    );
  });
});

describe("Reactivate", () => {
  test("makes the same secret work again and clears the reason, which stays on record", async () => {
    const { key, secret } = await fixture.key();
    await revokeKey(fixture.context(), { id: key.id, reason: "By mistake" });
    const rows = await auditOf(fixture, () => reactivateKey(fixture.context(), { id: key.id }));
    expect(await api(secret)).toBe("open");
    expect(await view(key)).toEqual({ ...key, updatedAt: fixture.clock.now().toISOString() });
    expect(rows.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
      {
        action: "key.reactivate",
        before: { status: "inactive", reason: "By mistake" },
        after: { status: "active", reason: null },
      },
    ]);
  });

  test("of a key that is not revoked changes nothing", async () => {
    const { key } = await fixture.key();
    const before = await everyRow(fixture);
    expect(await reactivateKey(fixture.context(), { id: key.id })).toEqual(key);
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("does not bring an expired key back to life", async () => {
    const expiresAt = new Date(fixture.clock.now().getTime() + 1_000).toISOString();
    const { key, secret } = await fixture.key({ expiresAt });
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    fixture.clock.advance(1);
    expect(await reactivateKey(fixture.context(), { id: key.id })).toMatchObject({ status: "expired" });
    expect(await api(secret)).toBe("key_expired");
  });

  test("of a key there is not is refused", async () => {
    await expect(reactivateKey(fixture.context(), { id: newId("key") })).rejects.toEqual(
      refusal("not_found"),
    );
  });
});

describe("Revoke of many", () => {
  test("revokes all of them, each with its own audit row, and those that are revoked already stay as they were", async () => {
    const made = await Promise.all([fixture.key(), fixture.key(), fixture.key()]);
    const ids = made.map(({ key }) => key.id);
    const [first] = made;
    if (!first) throw new Error("no key");
    await revokeKey(fixture.context(), { id: first.key.id, reason: "Earlier" });
    const input = parse(revokeKeysSchema, { ids: [...ids, ...ids], reason: "Clean-up" });
    const rows = await auditOf(fixture, async () => {
      expect(await revokeKeys(fixture.context(), input)).toEqual({ revoked: [...ids].sort() });
    });
    expect(rows.map((row) => row.subjectId).sort()).toEqual(ids.slice(1).sort());
    for (const { secret } of made) expect(await api(secret)).toBe("key_revoked");
    expect(await view(first.key)).toMatchObject({ revokedReason: "Earlier" });
  });

  test("revokes none of them when one is absent, and nothing is stored", async () => {
    const [one, other] = [await fixture.key(), await fixture.key()];
    const before = await everyRow(fixture);
    const ids = [one.key.id, newId("key"), other.key.id];
    await expect(revokeKeys(fixture.context(), { ids, reason: "" })).rejects.toEqual(refusal("not_found"));
    expect(await everyRow(fixture)).toEqual(before);
    expect(await api(one.secret)).toBe("open");
  });

  test("in sets that overlap, at the same time, never locks one out with the other", async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => fixture.key()));
    const ids = keys.map(({ key }) => key.id);
    const orders = [
      ids,
      [...ids].reverse(),
      [...ids.slice(4), ...ids.slice(0, 4)],
      [...ids.slice(4), ...ids.slice(0, 4)].reverse(),
    ];
    const rows = await auditOf(fixture, () =>
      Promise.all(orders.map((order) => revokeKeys(fixture.context(), { ids: order, reason: "" }))),
    );
    expect(rows).toHaveLength(ids.length);
  });

  test("takes 1 to 100 ids of keys", () => {
    const ids = Array.from({ length: 101 }, () => newId("key"));
    expect(() => parse(revokeKeysSchema, { ids })).toThrow(refusal("validation_failed", "ids"));
    expect(() => parse(revokeKeysSchema, { ids: [] })).toThrow(refusal("validation_failed", "ids"));
    expect(() => parse(revokeKeysSchema, { ids: ["1; drop table api_keys"] })).toThrow(
      refusal("validation_failed", "ids.0"),
    );
    expect(parse(revokeKeysSchema, { ids: ids.slice(1) }).ids).toHaveLength(100);
  });
});
