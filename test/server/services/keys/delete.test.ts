import type { Fixture } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import { deleteKeySchema } from "@/contracts/schemas/keys";
import { findKey } from "@/gateway/authenticate/look-up";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { listAuditEvents } from "@/server/services/audit";
import {
  deleteKey,
  getKey,
  getKeyLimits,
  reactivateKey,
  regenerateKey,
  revokeKey,
  revokeKeys,
  updateKey,
} from "@/server/services/keys";
import { auditOf, everyRow, refusal, sqlOf } from "../support";
import { list } from "./list.support";

const fixture = suiteFixture();

async function revokedKey(input: Parameters<Fixture["key"]>[0] = {}): Promise<RevealedKey> {
  const made = await fixture.key(input);
  await revokeKey(fixture.context(), { id: made.key.id, reason: "" });
  return made;
}

/** As a plane does it: parse, then the verb. */
function remove(id: string, name: string) {
  return deleteKey(fixture.context(), parse(deleteKeySchema, { id, name }));
}

describe("Delete", () => {
  test("takes a revoked or an expired key away, for every verb", async () => {
    const expiresAt = new Date(fixture.clock.now().getTime() + 1_000).toISOString();
    const made = [await revokedKey({ name: "Gone" }), await fixture.key({ name: "Gone", expiresAt })];
    fixture.clock.advance(1);
    const ctx = fixture.context();
    for (const { key, secret } of made) {
      const { id } = key;
      expect(await remove(id, "Gone")).toEqual({ id, deleted: true });
      const verbs = [
        () => getKey(ctx, { id }),
        () => getKeyLimits(ctx, { id }),
        () => updateKey(ctx, { id, name: "Ghost" }),
        () => revokeKey(ctx, { id, reason: "" }),
        () => revokeKeys(ctx, { ids: [id], reason: "" }),
        () => reactivateKey(ctx, { id }),
        () => regenerateKey(ctx, { id, overlap: "now" }),
        () => deleteKey(ctx, { id, name: "Gone" }),
      ];
      for (const verb of verbs) await expect(verb()).rejects.toEqual(refusal("not_found"));
      expect(await findKey(ctx, secret)).toBeNull();
      expect((await list(fixture, { search: id })).data).toEqual([]);
    }
  });

  test("destroys both digests: the secret, and one still in its overlap, are gone for good", async () => {
    const first = await revokedKey();
    const { id, name } = first.key;
    const second = await regenerateKey(fixture.context(), { id, overlap: "24h" });
    await remove(id, name);
    const [row] = await sqlOf(
      fixture,
    )`select digest, previous_digest, overlap_until from api_keys where id = ${id}`;
    expect(row).toEqual({ digest: null, previous_digest: null, overlap_until: null });
    await expect(sqlOf(fixture)`update api_keys set deleted_at = null where id = ${id}`).rejects.toThrow(
      "api_keys_digest_destroyed",
    );
    for (const { secret } of [first, second]) expect(await findKey(fixture.context(), secret)).toBeNull();
  });

  test("keeps the history: the row with id and name, the audit from first to last", async () => {
    const { key } = await revokedKey({ name: "Remembered", description: "Not forgotten" });
    await remove(key.id, "Remembered");
    const [row] = await sqlOf(
      fixture,
    )`select name, masked_key, revoked_by from api_keys where id = ${key.id}`;
    expect(row).toEqual({ name: "Remembered", masked_key: key.maskedKey, revoked_by: "command line" });
    const { data: events } = await listAuditEvents(fixture.context(), { subjectId: key.id, limit: 20 });
    expect(events.map((event) => [event.action, event.subjectName])).toEqual([
      ["key.delete", "Remembered"],
      ["key.revoke", "Remembered"],
      ["key.create", "Remembered"],
    ]);
  });

  test("is on record with all that the key was, and with nothing secret", async () => {
    const { key } = await revokedKey({ name: "Gone" });
    const rows = await auditOf(fixture, () => remove(key.id, "Gone"));
    expect(rows).toMatchObject([
      { action: "key.delete", subjectId: key.id, environment: "staging", after: null },
    ]);
    expect(rows[0]?.before).toEqual({
      name: "Gone",
      key: key.maskedKey,
      description: "",
      permissions: ["customers:write"],
      rateLimits: { minute: 60 },
      expiresAt: null,
      customers: null,
      ipAllowlist: [],
      allowedOrigins: [],
      owner: null,
      tags: [],
      managesKeys: "own",
      grantsKeyManagement: false,
      status: "inactive",
    });
  });

  test("leaves the name free for another", async () => {
    const { key } = await revokedKey({ name: "Reused" });
    await remove(key.id, "Reused");
    expect((await fixture.key({ name: "Reused" })).key.status).toBe("active");
  });

  test("of an active key is refused, also one with the right name", async () => {
    const { key, secret } = await fixture.key({ name: "Live" });
    const before = await everyRow(fixture);
    await expect(remove(key.id, "Live")).rejects.toEqual(refusal("invalid_state"));
    await expect(remove(key.id, "Wrong")).rejects.toEqual(refusal("invalid_state"));
    expect(await everyRow(fixture)).toEqual(before);
    expect(await findKey(fixture.context(), secret)).toMatchObject({ id: key.id });
  });

  test("is refused where the name is not exactly the key's", async () => {
    const { key } = await revokedKey({ name: "Billing" });
    const before = await everyRow(fixture);
    for (const name of ["", "billing", "Billing ", "Billin", "%"]) {
      await expect(remove(key.id, name)).rejects.toEqual(refusal("validation_failed", "name"));
    }
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("of a key there is not is refused", async () => {
    await expect(remove(newId("key"), "Nobody")).rejects.toEqual(refusal("not_found"));
  });

  test("at the same time as a reactivation leaves a deleted key or a live one, never a live one without a secret", async () => {
    for (let round = 0; round < 10; round++) {
      const { key, secret } = await revokedKey({ name: "Race" });
      const [deleted] = await Promise.allSettled([
        remove(key.id, "Race"),
        reactivateKey(fixture.context(), { id: key.id }),
      ]);
      const found = await findKey(fixture.context(), secret);
      expect(found === null).toBe(deleted.status === "fulfilled");
      if (deleted.status === "rejected") expect(deleted.reason).toEqual(refusal("invalid_state"));
    }
  });
});
