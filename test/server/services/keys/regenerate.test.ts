import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { OVERLAPS, type Overlap } from "@/contracts/keys";
import { listKeysSchema, regenerateKeySchema } from "@/contracts/schemas/keys";
import { findKey } from "@/gateway/authenticate/look-up";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { deleteKey, endOverlap, getKey, listKeys, regenerateKey, revokeKey } from "@/server/services/keys";
import { auditOf, everyRow, refusal, sqlOf } from "../support";

const fixture = suiteFixture();

/** As a plane does it: parse, then the verb. */
function regenerate(id: string, overlap?: Overlap, endsOverlap?: string | null) {
  return regenerateKey(fixture.context(), parse(regenerateKeySchema, { id, overlap, endsOverlap }));
}

/** The id of the key that a secret opens, or null. */
async function opens(secret: string): Promise<string | null> {
  return (await findKey(fixture.context(), secret))?.id ?? null;
}

const untilMs = (overlap: Overlap) => OVERLAPS[overlap].seconds * 1_000;

describe("Regenerate", () => {
  test("gives a new secret and a new masked form; the old secret is dead on the next look", async () => {
    const { key, secret } = await fixture.key();
    const renewed = await regenerate(key.id);
    expect(renewed.secret).not.toBe(secret);
    expect(renewed.secret).toMatch(/^kw_stag_/);
    expect(renewed.key.maskedKey).not.toBe(key.maskedKey);
    expect(await opens(renewed.secret)).toBe(key.id);
    expect(await opens(secret)).toBeNull();
  });

  test("leaves everything else as it was", async () => {
    const customer = await fixture.customer();
    const { key } = await fixture.key({
      name: "Kept",
      description: "Kept too",
      permissions: ["jobs:read"],
      rateLimits: { hour: 9 },
      expiresAt: "2027-06-01T00:00:00Z",
      customers: [customer.id],
      ipAllowlist: ["10.0.0.0/8"],
      allowedOrigins: ["https://app.example.com"],
    });
    fixture.clock.advance(1);
    const renewed = await regenerate(key.id);
    expect(renewed.key).toEqual({
      ...key,
      previousMaskedKey: null,
      maskedKey: renewed.key.maskedKey,
      updatedAt: fixture.clock.now().toISOString(),
    });
    expect(await getKey(fixture.context(), { id: key.id })).toEqual(renewed.key);
  });

  test.each(["15m", "1h", "24h"] as const)(
    "with an overlap of %s keeps the old secret alive until that instant, and not at it",
    async (overlap) => {
      const { key, secret } = await fixture.key();
      const renewed = await regenerate(key.id, overlap);
      const end = new Date(fixture.clock.now().getTime() + untilMs(overlap));
      expect(renewed.key.overlapUntil).toBe(end.toISOString());
      fixture.clock.advance(untilMs(overlap) / 1_000 - 0.001);
      expect(await opens(secret)).toBe(key.id);
      expect(await opens(renewed.secret)).toBe(key.id);
      fixture.clock.advance(0.001);
      expect(await opens(secret)).toBeNull();
      expect(await opens(renewed.secret)).toBe(key.id);
      const after = { overlapUntil: null, previousMaskedKey: null };
      expect(await getKey(fixture.context(), { id: key.id })).toMatchObject(after);
    },
  );

  test("twice leaves no more than one former secret alive", async () => {
    const first = await fixture.key();
    const second = await regenerate(first.key.id, "24h");
    const third = await regenerate(first.key.id, "1h", second.key.overlapUntil);
    expect(await opens(first.secret)).toBeNull();
    expect(await opens(second.secret)).toBe(first.key.id);
    expect(await opens(third.secret)).toBe(first.key.id);
  });

  test("at once ends an overlap from before", async () => {
    const first = await fixture.key();
    const second = await regenerate(first.key.id, "24h");
    const third = await regenerate(first.key.id, "now", second.key.overlapUntil);
    expect([await opens(first.secret), await opens(second.secret)]).toEqual([null, null]);
    expect(third.key.overlapUntil).toBeNull();
  });

  test("during an overlap is refused unless it names the overlap that it ends; nothing is stored", async () => {
    const first = await fixture.key();
    const second = await regenerate(first.key.id, "24h");
    const { overlapUntil } = second.key;
    fixture.clock.advance(60);
    const before = await everyRow(fixture);
    const anInstantOff = new Date(Date.parse(overlapUntil ?? "") + 1).toISOString();
    for (const named of [undefined, null, anInstantOff]) {
      const refused = regenerate(first.key.id, "1h", named);
      await expect(refused).rejects.toEqual(refusal("invalid_state"));
      await expect(refused).rejects.toThrow(`${first.key.maskedKey} works until ${overlapUntil}`);
    }
    expect(await everyRow(fixture)).toEqual(before);
    expect(await opens(first.secret)).toBe(first.key.id);
    // The same instant, written another way.
    const third = await regenerate(first.key.id, "1h", overlapUntil?.replace("Z", "+00:00"));
    expect([await opens(first.secret), await opens(second.secret)]).toEqual([null, first.key.id]);
    expect(third.key.previousMaskedKey).toBe(second.key.maskedKey);
  });

  test("of two at the same time that name one overlap lets one through: the other would end a new one", async () => {
    const first = await fixture.key();
    const { overlapUntil } = (await regenerate(first.key.id, "24h")).key;
    fixture.clock.advance(60);
    const outcomes = await Promise.allSettled(
      ["a", "b"].map(() => regenerate(first.key.id, "1h", overlapUntil)),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("needs no more than before once the overlap has ended by itself, even where a page still names it", async () => {
    const first = await fixture.key();
    const { overlapUntil } = (await regenerate(first.key.id, "15m")).key;
    fixture.clock.advance(untilMs("15m") / 1_000);
    await regenerate(first.key.id, "15m");
    fixture.clock.advance(untilMs("15m") / 1_000);
    await regenerate(first.key.id, "now", overlapUntil);
  });

  test("keeps the masked form of the secret before it: shown, and found by the search, for as long as that works", async () => {
    const { key } = await fixture.key();
    const renewed = await regenerate(key.id, "1h");
    expect(renewed.key).toMatchObject({ previousMaskedKey: key.maskedKey });
    for (const search of [key.maskedKey, renewed.key.maskedKey]) {
      const found = await listKeys(fixture.context(), parse(listKeysSchema, { search }));
      expect(found.data.map(({ id }) => id)).toEqual([key.id]);
    }
  });

  test("of a revoked key leaves it revoked, of an expired key expired; an overlap revives neither", async () => {
    const revoked = await fixture.key();
    await revokeKey(fixture.context(), { id: revoked.key.id, reason: "Leaked" });
    expect((await regenerate(revoked.key.id, "1h")).key).toMatchObject({
      status: "inactive",
      revokedReason: "Leaked",
    });

    const expiresAt = new Date(fixture.clock.now().getTime() + 1_000).toISOString();
    const expired = await fixture.key({ expiresAt });
    fixture.clock.advance(1);
    expect((await regenerate(expired.key.id)).key).toMatchObject({ status: "expired", expiresAt });
  });

  test("of one key at the same time leaves exactly one new secret that works", async () => {
    const { key, secret } = await fixture.key();
    const renewed = await Promise.all(Array.from({ length: 8 }, () => regenerate(key.id)));
    const alive = await Promise.all(renewed.map((one) => opens(one.secret)));
    expect(alive.filter((id) => id !== null)).toEqual([key.id]);
    expect(await opens(secret)).toBeNull();
  });

  test("stores digests alone: no secret, old or new, is in the database or the log", async () => {
    const { key, secret } = await fixture.key();
    const renewed = await regenerate(key.id, "1h");
    const everything = JSON.stringify(await everyRow(fixture)) + fixture.log();
    for (const one of [secret, renewed.secret]) expect(everything).not.toContain(one.slice(-38, -6));
  });

  test("is on record with the masked forms and the end of the overlap, and never a digest", async () => {
    const { key } = await fixture.key();
    const rows = await auditOf(fixture, () => regenerate(key.id, "15m"));
    const now = await getKey(fixture.context(), { id: key.id });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ action: "key.regenerate", subjectId: key.id, environment: "staging" });
    expect(rows[0]?.before).toEqual({ key: key.maskedKey, overlapUntil: null });
    expect(rows[0]?.after).toEqual({ key: now.maskedKey, overlapUntil: now.overlapUntil });
  });

  test("is refused for an overlap there is not, and for a key there is not; nothing is stored", async () => {
    const { key, secret } = await fixture.key();
    const before = await everyRow(fixture);
    expect(() => parse(regenerateKeySchema, { id: key.id, overlap: "1y" })).toThrow(
      refusal("validation_failed", "overlap"),
    );
    await expect(regenerate(newId("key"))).rejects.toEqual(refusal("not_found"));
    expect(await everyRow(fixture)).toEqual(before);
    expect(await opens(secret)).toBe(key.id);
  });
});

describe("End of an overlap before its time", () => {
  test("kills the previous secret at once and leaves the present one; it is on record", async () => {
    const first = await fixture.key();
    const second = await regenerate(first.key.id, "24h");
    const overlapUntil = second.key.overlapUntil ?? "";
    const rows = await auditOf(fixture, async () => {
      const ended = await endOverlap(fixture.context(), { id: first.key.id, overlapUntil });
      expect(ended).toMatchObject({
        overlapUntil: null,
        previousMaskedKey: null,
        maskedKey: second.key.maskedKey,
      });
    });
    expect([await opens(first.secret), await opens(second.secret)]).toEqual([null, first.key.id]);
    expect(rows).toMatchObject([
      { action: "key.end_overlap", before: { overlapUntil }, after: { overlapUntil: null } },
    ]);
  });

  test("does nothing where it has ended by itself, and is refused for another overlap than the one asked about", async () => {
    const { key } = await fixture.key();
    const overlapUntil = (await regenerate(key.id, "15m")).key.overlapUntil ?? "";
    fixture.clock.advance(untilMs("15m") / 1_000);
    expect(await auditOf(fixture, () => endOverlap(fixture.context(), { id: key.id, overlapUntil }))).toEqual(
      [],
    );
    await regenerate(key.id, "1h");
    const before = await everyRow(fixture);
    await expect(endOverlap(fixture.context(), { id: key.id, overlapUntil })).rejects.toEqual(
      refusal("invalid_state"),
    );
    expect(await everyRow(fixture)).toEqual(before);
  });
});

test("Deleting a key destroys the digests of every secret that it ever had", async () => {
  const { key } = await fixture.key();
  const { overlapUntil } = (await regenerate(key.id, "1h")).key;
  await regenerate(key.id, "1h", overlapUntil);
  const kept = () => sqlOf(fixture)`select from api_key_replaced_secrets where key_id = ${key.id}`;
  expect(await kept()).toHaveLength(2);
  await revokeKey(fixture.context(), { id: key.id, reason: "" });
  await deleteKey(fixture.context(), { id: key.id, name: key.name });
  expect(await kept()).toEqual([]);
});
