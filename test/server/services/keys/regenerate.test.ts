import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OVERLAPS, type Overlap, regenerateKeySchema } from "@/contracts/keys";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { findDoorKey, getKey, regenerateKey, revokeKey } from "@/server/services/keys";
import { auditOf, everyRow, refusal } from "../support";

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

/** As a door does it: parse, then the verb. */
function regenerate(id: string, overlap?: Overlap) {
  return regenerateKey(world.context(), parse(regenerateKeySchema, { id, overlap }));
}

/** The id of the key that a secret opens, or null. */
async function opens(secret: string): Promise<string | null> {
  return (await findDoorKey(world.context(), secret))?.id ?? null;
}

const untilMs = (overlap: Overlap) => OVERLAPS[overlap].seconds * 1_000;

describe("Regenerate", () => {
  test("gives a new secret and a new display form; the old secret is dead on the next look", async () => {
    const { key, secret } = await world.key();
    const renewed = await regenerate(key.id);
    expect(renewed.secret).not.toBe(secret);
    expect(renewed.secret).toMatch(/^kw_stag_/);
    expect(renewed.key.display).not.toBe(key.display);
    expect(await opens(renewed.secret)).toBe(key.id);
    expect(await opens(secret)).toBeNull();
  });

  test("leaves everything else as it was", async () => {
    const customer = await world.customer();
    const { key } = await world.key({
      name: "Kept",
      description: "Kept too",
      permissions: ["jobs:read"],
      rateLimits: { hour: 9 },
      expiresAt: "2027-06-01T00:00:00Z",
      customers: [customer.id],
      ipAllowlist: ["10.0.0.0/8"],
    });
    world.clock.advance(1);
    const renewed = await regenerate(key.id);
    expect(renewed.key).toEqual({
      ...key,
      display: renewed.key.display,
      updatedAt: world.clock.now().toISOString(),
    });
    expect(await getKey(world.context(), { id: key.id })).toEqual(renewed.key);
  });

  test.each(["15m", "1h", "24h"] as const)(
    "with an overlap of %s keeps the old secret alive until that instant, and not at it",
    async (overlap) => {
      const { key, secret } = await world.key();
      const renewed = await regenerate(key.id, overlap);
      const end = new Date(world.clock.now().getTime() + untilMs(overlap));
      expect(renewed.key.overlapUntil).toBe(end.toISOString());
      world.clock.advance(untilMs(overlap) / 1_000 - 0.001);
      expect(await opens(secret)).toBe(key.id);
      expect(await opens(renewed.secret)).toBe(key.id);
      world.clock.advance(0.001);
      expect(await opens(secret)).toBeNull();
      expect(await opens(renewed.secret)).toBe(key.id);
      expect(await getKey(world.context(), { id: key.id })).toMatchObject({ overlapUntil: null });
    },
  );

  test("twice leaves no more than one former secret alive", async () => {
    const first = await world.key();
    const second = await regenerate(first.key.id, "24h");
    const third = await regenerate(first.key.id, "1h");
    expect(await opens(first.secret)).toBeNull();
    expect(await opens(second.secret)).toBe(first.key.id);
    expect(await opens(third.secret)).toBe(first.key.id);
  });

  test("at once ends an overlap from before", async () => {
    const first = await world.key();
    const second = await regenerate(first.key.id, "24h");
    const third = await regenerate(first.key.id, "now");
    expect([await opens(first.secret), await opens(second.secret)]).toEqual([null, null]);
    expect(third.key.overlapUntil).toBeNull();
  });

  test("of a revoked key leaves it revoked, of an expired key expired; an overlap revives neither", async () => {
    const revoked = await world.key();
    await revokeKey(world.context(), { id: revoked.key.id, reason: "Leaked" });
    expect((await regenerate(revoked.key.id, "1h")).key).toMatchObject({
      status: "inactive",
      revokedReason: "Leaked",
    });
    const expiresAt = new Date(world.clock.now().getTime() + 1_000).toISOString();
    const expired = await world.key({ expiresAt });
    world.clock.advance(1);
    expect((await regenerate(expired.key.id)).key).toMatchObject({ status: "expired", expiresAt });
  });

  test("of one key at the same time leaves exactly one new secret that works", async () => {
    const { key, secret } = await world.key();
    const renewed = await Promise.all(Array.from({ length: 8 }, () => regenerate(key.id)));
    const alive = await Promise.all(renewed.map((one) => opens(one.secret)));
    expect(alive.filter((id) => id !== null)).toEqual([key.id]);
    expect(await opens(secret)).toBeNull();
  });

  test("stores digests alone: no secret, old or new, is in the database or the log", async () => {
    const { key, secret } = await world.key();
    const renewed = await regenerate(key.id, "1h");
    const everything = JSON.stringify(await everyRow(world)) + world.log();
    for (const one of [secret, renewed.secret]) expect(everything).not.toContain(one.slice(-38, -6));
  });

  test("is on record with the display forms and the end of the overlap, and never a digest", async () => {
    const { key } = await world.key();
    const rows = await auditOf(world, () => regenerate(key.id, "15m"));
    const now = await getKey(world.context(), { id: key.id });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ action: "key.regenerate", subjectId: key.id, environment: "staging" });
    expect(rows[0]?.before).toEqual({ key: key.display, overlapUntil: null });
    expect(rows[0]?.after).toEqual({ key: now.display, overlapUntil: now.overlapUntil });
  });

  test("is refused for an overlap there is not, and for a key there is not; nothing is stored", async () => {
    const { key, secret } = await world.key();
    const before = await everyRow(world);
    expect(() => parse(regenerateKeySchema, { id: key.id, overlap: "1y" })).toThrow(
      refusal("validation_failed", "overlap"),
    );
    await expect(regenerate(newId("key"))).rejects.toEqual(refusal("not_found"));
    expect(await everyRow(world)).toEqual(before);
    expect(await opens(secret)).toBe(key.id);
  });
});
