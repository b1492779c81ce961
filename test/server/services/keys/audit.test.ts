import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
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

const fixture = suiteFixture();
let active: RevealedKey;
let revoked: RevealedKey;

beforeAll(async () => {
  active = await fixture.key({ name: "Active" });
  revoked = await fixture.key({ name: "Revoked" });
  await revokeKey(fixture.context(), { id: revoked.key.id, reason: "" });
});

/** Every way to change a key; the order matters, as each leaves the next what it needs. */
const CHANGES: [string, () => Promise<unknown>][] = [
  ["key.create", () => fixture.key({ name: "New" })],
  ["key.update", () => updateKey(fixture.context(), { id: active.key.id, name: "Renamed" })],
  ["key.regenerate", () => regenerateKey(fixture.context(), { id: active.key.id, overlap: "1h" })],
  [
    "key.end_overlap",
    async () => {
      const { overlapUntil } = await getKey(fixture.context(), { id: active.key.id });
      return endOverlap(fixture.context(), { id: active.key.id, overlapUntil: overlapUntil ?? "" });
    },
  ],
  ["key.revoke", () => revokeKeys(fixture.context(), { ids: [active.key.id], reason: "" })],
  ["key.reactivate", () => reactivateKey(fixture.context(), { id: active.key.id })],
  ["key.revoke", () => revokeKey(fixture.context(), { id: active.key.id, reason: "Why" })],
  ["key.delete", () => deleteKey(fixture.context(), { id: revoked.key.id, name: "Revoked" })],
];

describe("A change and its audit row", () => {
  test.each(CHANGES)(
    "fall together and stand together: no row, no change; one change, one row (%s)",
    async (action, change) => {
      const before = await everyRow(fixture);
      const mend = await breakAudit(fixture);
      try {
        await expect(change()).rejects.toThrow();
      } finally {
        await mend();
      }
      expect(await everyRow(fixture)).toEqual(before);
      expect((await auditOf(fixture, change)).map((row) => row.action)).toEqual([action]);
    },
  );

  test("of many are all undone when the last row fails", async () => {
    const keys = await Promise.all([fixture.key(), fixture.key(), fixture.key()]);
    const sql = sqlOf(fixture);
    const last =
      keys
        .map(({ key }) => key.id)
        .sort()
        .at(-1) ?? "";
    await sql.unsafe(
      `create trigger last before insert on audit_events for each row when (new.subject_id = '${last}') execute function audit_events_refuse_change()`,
    );
    const before = await everyRow(fixture);
    const ids = keys.map(({ key }) => key.id);
    await expect(revokeKeys(fixture.context(), { ids, reason: "" })).rejects.toThrow();
    await sql`drop trigger last on audit_events`;
    expect(await everyRow(fixture)).toEqual(before);
  });
});

test("No audit row, whatever was done, holds a secret, a digest or part of one", async () => {
  const made = await fixture.key();
  const renewed = await regenerateKey(fixture.context(), { id: made.key.id, overlap: "24h" });
  const sql = sqlOf(fixture);
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
  const before = await everyRow(fixture);
  const ctx = fixture.context();
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
  expect(await everyRow(fixture)).toEqual(before);
});
