import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import {
  createKey,
  deleteKey,
  endOverlap,
  getKey,
  reactivateKey,
  regenerateKey,
  revokeKey,
  revokeKeys,
  updateKey,
} from "@/server/services/keys";
import { auditOf, breakAudit, everyRow, sqlOf } from "../support";

let world: World;
let active: RevealedKey;
let revoked: RevealedKey;

beforeAll(async () => {
  world = await createWorld();
  active = await world.key({ name: "Active" });
  revoked = await world.key({ name: "Revoked" });
  await revokeKey(world.context(), { id: revoked.key.id, reason: "" });
});

afterAll(() => world.close());

/** Every way to change a key; the order matters, as each leaves the next what it needs. */
const CHANGES: [string, () => Promise<unknown>][] = [
  ["key.create", () => world.key({ name: "New" })],
  ["key.update", () => updateKey(world.context(), { id: active.key.id, name: "Renamed" })],
  ["key.regenerate", () => regenerateKey(world.context(), { id: active.key.id, overlap: "1h" })],
  [
    "key.end_overlap",
    async () => {
      const { overlapUntil } = await getKey(world.context(), { id: active.key.id });
      return endOverlap(world.context(), { id: active.key.id, overlapUntil: overlapUntil ?? "" });
    },
  ],
  ["key.revoke", () => revokeKeys(world.context(), { ids: [active.key.id], reason: "" })],
  ["key.reactivate", () => reactivateKey(world.context(), { id: active.key.id })],
  ["key.revoke", () => revokeKey(world.context(), { id: active.key.id, reason: "Why" })],
  ["key.delete", () => deleteKey(world.context(), { id: revoked.key.id, name: "Revoked" })],
];

describe("A change and its audit row", () => {
  test.each(CHANGES)(
    "fall together and stand together: no row, no change; one change, one row (%s)",
    async (action, change) => {
      const before = await everyRow(world);
      const mend = await breakAudit(world);
      try {
        await expect(change()).rejects.toThrow();
      } finally {
        await mend();
      }
      expect(await everyRow(world)).toEqual(before);
      expect((await auditOf(world, change)).map((row) => row.action)).toEqual([action]);
    },
  );

  test("of many are all undone when the last row fails", async () => {
    const keys = await Promise.all([world.key(), world.key(), world.key()]);
    const sql = sqlOf(world);
    const last =
      keys
        .map(({ key }) => key.id)
        .sort()
        .at(-1) ?? "";
    await sql.unsafe(
      `create trigger last before insert on audit_events for each row when (new.subject_id = '${last}') execute function audit_events_refuse_change()`,
    );
    const before = await everyRow(world);
    const ids = keys.map(({ key }) => key.id);
    await expect(revokeKeys(world.context(), { ids, reason: "" })).rejects.toThrow();
    await sql`drop trigger last on audit_events`;
    expect(await everyRow(world)).toEqual(before);
  });
});

test("No audit row, whatever was done, holds a secret, a digest or part of one", async () => {
  const made = await world.key();
  const renewed = await regenerateKey(world.context(), { id: made.key.id, overlap: "24h" });
  const sql = sqlOf(world);
  const digests = await sql<{ digest: string }[]>`
    select encode(digest, 'hex') as digest from api_keys where digest is not null
    union all select encode(previous_digest, 'hex') from api_keys where previous_digest is not null`;
  const audit = JSON.stringify(await sql`select * from audit_events`);
  expect(digests.length).toBeGreaterThan(2);
  for (const { digest } of digests) {
    expect(audit).not.toContain(digest);
    expect(audit).not.toContain(Buffer.from(digest, "hex").toString("base64"));
  }
  for (const { secret } of [made, renewed, active, revoked])
    expect(audit).not.toContain(secret.slice(-38, -6));
  expect(audit).not.toMatch(/digest|secret|password|pepper/i);
});

test("A change rolled back by whoever opened the transaction takes its audit row with it", async () => {
  const before = await everyRow(world);
  const ctx = world.context();
  const undone = ctx.databases.owner.transaction(async (tx) => {
    await createKey(
      { ...ctx, tx },
      {
        name: "Undone",
        description: "",
        environment: "staging",
        permissions: ["jobs:read"],
        rateLimits: { minute: 1 },
        expiresAt: null,
        customers: null,
        ipAllowlist: [],
      },
    );
    throw new Error("rolled back");
  });
  await expect(undone).rejects.toThrow("rolled back");
  expect(await everyRow(world)).toEqual(before);
});
