import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { KeyView } from "@/contracts/keys";
import { updateKeySchema } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { deleteCustomer } from "@/server/services/customers";
import { deleteKey, getKey, revokeKey, updateKey } from "@/server/services/keys";
import { auditOf, everyRow, refusal, sqlOf } from "../support";

const fixture = suiteFixture();

const HOUR = 3_600;

/** As a plane does it: parse, then the verb. */
async function update(id: string, changes: Record<string, unknown>): Promise<KeyView> {
  return updateKey(fixture.context(), parse(updateKeySchema, { id, ...changes }));
}

describe("An edit", () => {
  const cases: [string, Record<string, unknown>, Partial<KeyView>?][] = [
    ["name", { name: " New name " }, { name: "New name" }],
    ["description", { description: "What it is for" }],
    ["permissions", { permissions: ["jobs:read", "keys:verify"] }],
    ["rateLimits", { rateLimits: { day: 10, hour: 5 } }],
    ["expiresAt", { expiresAt: "2027-06-01T00:00:00+02:00" }, { expiresAt: "2027-05-31T22:00:00.000Z" }],
    ["ipAllowlist", { ipAllowlist: ["10.1.1.1/8", "::1"] }, { ipAllowlist: ["10.0.0.0/8", "::1"] }],
    ["allowedOrigins", { allowedOrigins: ["https://A.example"] }, { allowedOrigins: ["https://a.example"] }],
  ];

  test.each(cases)("of %s changes that and nothing else", async (_, changes, expected) => {
    const { key } = await fixture.key();
    fixture.clock.advance(1);
    const after = await update(key.id, changes);
    expect(after).toEqual({ ...key, ...(expected ?? changes), updatedAt: fixture.clock.now().toISOString() });
    expect(await getKey(fixture.context(), { id: key.id })).toEqual(after);
  });

  test("of customers puts others in place of those before, and null opens the environment again", async () => {
    const [one, other] = [await fixture.customer(), await fixture.customer()];
    const { key } = await fixture.key({ customers: [one.id] });
    expect((await update(key.id, { customers: [other.id] })).customers).toMatchObject([{ id: other.id }]);
    expect((await update(key.id, { customers: null })).customers).toBeNull();
  });

  test("of nothing in particular leaves a scope without customers closed", async () => {
    const customer = await fixture.customer();
    const { key } = await fixture.key({ customers: [customer.id] });
    await deleteCustomer(fixture.context(), { id: customer.id });
    expect((await update(key.id, { name: "Orphan" })).customers).toEqual([]);
  });

  test("that sets everything as it is changes nothing, not even the time, and leaves no audit row", async () => {
    const [one, other] = [await fixture.customer(), await fixture.customer()];
    const { key } = await fixture.key({
      permissions: ["jobs:read", "customers:read"],
      rateLimits: { minute: 5, day: 7 },
      expiresAt: "2027-06-01T12:00:00Z",
      customers: [one.id, other.id],
      ipAllowlist: ["203.0.113.7", "10.0.0.0/8"],
      allowedOrigins: ["https://a.example", "https://b.example"],
    });
    fixture.clock.advance(1);
    const before = await everyRow(fixture);
    const written: Record<string, unknown>[] = [
      {},
      { name: ` ${key.name} `, description: "" },
      { permissions: ["customers:read", "jobs:read", "jobs:read"], rateLimits: { day: 7, minute: 5 } },
      { expiresAt: "2027-06-01T14:00:00+02:00" },
      { customers: [other.id, one.id, one.id] },
      { ipAllowlist: ["10.9.9.9/8", "203.0.113.7/32", "203.0.113.7"] },
      { allowedOrigins: ["https://b.example/", "https://A.example", "https://a.example:443"] },
    ];
    for (const changes of written) expect(await update(key.id, changes)).toEqual(key);
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("is on record with the changed fields only, before and after", async () => {
    const { key } = await fixture.key();
    const rows = await auditOf(fixture, () =>
      update(key.id, { name: "Other", description: "", rateLimits: { hour: 3 } }),
    );
    expect(rows).toMatchObject([
      {
        action: "key.update",
        subjectId: key.id,
        subjectName: "Other",
        environment: "staging",
      },
    ]);
    expect(rows[0]?.before).toEqual({ name: key.name, rateLimits: key.rateLimits });
    expect(rows[0]?.after).toEqual({ name: "Other", rateLimits: { hour: 3 } });
  });

  test("is refused, and nothing is stored, where it names the environment or anything else that stays", async () => {
    const { key } = await fixture.key();
    const before = await everyRow(fixture);
    for (const field of ["environment", "maskedKey", "digest", "status", "revokedAt", "createdBy"]) {
      await expect(update(key.id, { [field]: "production" })).rejects.toEqual(
        refusal("validation_failed", field),
      );
    }
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("of the environment is refused by the database too, should a bug try", async () => {
    const { key } = await fixture.key();
    const sql = sqlOf(fixture);
    await expect(sql`update api_keys set environment = 'production' where id = ${key.id}`).rejects.toThrow(
      "the environment of an API key cannot change",
    );
  });

  test("is refused, and nothing is stored, where one of its parts is wrong", async () => {
    const [own, foreign] = [await fixture.customer(), await fixture.customer({ environment: "production" })];
    const { key } = await fixture.key();
    const before = await everyRow(fixture);
    const now = fixture.clock.now().toISOString();
    const cases: [Record<string, unknown>, string][] = [
      [{ customers: [own.id, foreign.id] }, "customers.1"],
      [{ customers: [] }, "customers"],
      [{ expiresAt: now }, "expiresAt"],
      [{ name: "" }, "name"],
      [{ permissions: [] }, "permissions"],
      [{ rateLimits: {} }, "rateLimits"],
      [{ ipAllowlist: ["1.2.3.4/33"] }, "ipAllowlist.0"],
    ];
    for (const [wrong, path] of cases) {
      const changes = { description: "must not stay", ...wrong };
      await expect(update(key.id, changes)).rejects.toEqual(refusal("validation_failed", path));
    }
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("is refused for a key that is absent, deleted, or no key", async () => {
    const { key } = await fixture.key();
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    await deleteKey(fixture.context(), { id: key.id, name: key.name });
    await expect(update(key.id, { name: "Ghost" })).rejects.toEqual(refusal("not_found"));
    await expect(update(newId("key"), { name: "Ghost" })).rejects.toEqual(refusal("not_found"));
    await expect(update(newId("cus"), { name: "Ghost" })).rejects.toEqual(refusal("validation_failed", "id"));
  });
});

describe("An expired key", () => {
  async function expiredKey(): Promise<KeyView> {
    const expiresAt = new Date(fixture.clock.now().getTime() + HOUR * 1_000).toISOString();
    const { key } = await fixture.key({ expiresAt });
    fixture.clock.advance(HOUR);
    expect(await getKey(fixture.context(), { id: key.id })).toMatchObject({ status: "expired" });
    return key;
  }

  test("can be renamed, with its old expiry sent along in whatever form", async () => {
    const key = await expiredKey();
    const old = Date.parse(key.expiresAt ?? "");
    const elsewhere = new Date(old + 2 * HOUR * 1_000).toISOString().replace("Z", "+02:00");
    expect(await update(key.id, { name: "A", expiresAt: key.expiresAt })).toMatchObject({ name: "A" });
    expect(await update(key.id, { name: "B", expiresAt: elsewhere })).toMatchObject({
      name: "B",
      status: "expired",
    });
  });

  test("cannot be given another expiry in the past", async () => {
    const key = await expiredKey();
    const earlier = new Date(Date.parse(key.expiresAt ?? "") - 1).toISOString();
    await expect(update(key.id, { expiresAt: earlier })).rejects.toEqual(
      refusal("validation_failed", "expiresAt"),
    );
  });

  test("works again with a later expiry, or none", async () => {
    const later = new Date(fixture.clock.now().getTime() + 10 * HOUR * 1_000).toISOString();
    expect(await update((await expiredKey()).id, { expiresAt: later })).toMatchObject({ status: "active" });
    expect(await update((await expiredKey()).id, { expiresAt: null })).toMatchObject({
      status: "active",
      expiresAt: null,
    });
  });
});

test("Edits of one key at the same time happen one after the other: each audit row's before is the after of the last", async () => {
  const { key } = await fixture.key({ name: "0" });
  const names = Array.from({ length: 12 }, (_, n) => `${n + 1}`);
  const rows = await auditOf(fixture, () => Promise.all(names.map((name) => update(key.id, { name }))));
  expect(rows).toHaveLength(names.length);
  let present = "0";
  for (const { before, after } of rows) {
    expect(before).toEqual({ name: present });
    present = String(after?.name);
  }
  expect(await getKey(fixture.context(), { id: key.id })).toMatchObject({ name: present });
});

test("An edit records who made it, from where, in which request", async () => {
  const { key } = await fixture.key();
  const owner = adminOf("owner");
  const requestId = newId("req");
  const ctx = { ...fixture.context(owner), requestId, ip: "203.0.113.7" };
  const rows = await auditOf(fixture, () => updateKey(ctx, { id: key.id, name: "Mine" }));
  expect(rows).toMatchObject([
    {
      actorKind: "admin",
      actorId: owner.id,
      actor: owner.email,
      requestId,
      ip: "203.0.113.7",
      at: fixture.clock.now(),
    },
  ]);
});
