// @module-tag long
import { adminOf } from "@test/support/fixture";
import { testFixture } from "@test/support/suite";
import { countCalls } from "@test/support/usage";
import { describe, expect, test } from "vitest";
import type { KeyView } from "@/contracts/keys";
import { type ListFindingsInput, listFindingsSchema } from "@/contracts/schemas/findings";
import { parse } from "@/server/core/validation";
import { runMaintenance } from "@/server/jobs/maintenance";
import {
  checkDueFindings,
  checkFindings,
  countFindings,
  listFindings,
  muteFinding,
  unmuteFinding,
} from "@/server/services/findings";
import { revokeKey, updateKey } from "@/server/services/keys";
import { afterChunks } from "../../jobs/support";
import { auditOf, refusal, sqlOf } from "../support";
import { busyKey, daysAgo, plainKey, seenFrom, seenInQuery } from "./support";

const fixture = testFixture();

const list = async (input: ListFindingsInput = {}) =>
  (await listFindings(fixture.context(), parse(listFindingsSchema, input))).data;
const kinds = async (input: ListFindingsInput = {}) =>
  (await list(input)).map(({ evidence }) => evidence.kind);
const check = () => checkFindings(fixture.context());
const noRest = () => Promise.resolve();

async function only(input: ListFindingsInput = {}) {
  const [finding, ...others] = await list(input);
  if (!finding || others.length > 0) throw new Error("There is not exactly one finding");
  return finding;
}

/** More keys than are looked at together, none of which was ever used. */
async function manyKeys(): Promise<void> {
  await sqlOf(fixture)`
    insert into api_keys (id, name, environment, digest, masked_key, permissions, rate_limits, created_by, created_at, updated_at)
    select 'key_' || lpad(n::text, 26, '0'), 'many', 'staging', sha256(n::text::bytea), 'kw_stag_x', '{}', '{}', 'test', ${daysAgo(fixture, 20).toISOString()}, now()
    from generate_series(1, 1001) as n`;
}

describe("A finding", () => {
  test("tells on what it rests, whose it is, and since when it is known", async () => {
    const key = await busyKey(fixture, { name: "Reader", permissions: ["customers:write"] });
    await check();
    const since = fixture.clock.now().toISOString();
    fixture.clock.advance(86_400);
    await check();
    expect(await list()).toEqual([
      {
        id: expect.stringMatching(/^fnd_/),
        evidence: {
          kind: "over_privileged",
          unexercised: ["customers:write"],
          proposed: ["customers:read"],
          calls: 1_000,
        },
        key: { id: key.id, name: "Reader", environment: "staging" },
        firstSeenAt: since,
        lastSeenAt: fixture.clock.now().toISOString(),
        muted: null,
      },
    ]);
  });

  test("of a network names the latest one, of an exposure the call to look for", async () => {
    const key = await busyKey(fixture);
    const usedBeforeAt = daysAgo(fixture, 40);
    await seenFrom(fixture, key, {
      network: "198.51.100.0/24",
      firstSeenAt: daysAgo(fixture, 9),
      usedBeforeAt,
    });
    await seenFrom(fixture, key, {
      network: "2001:db8::/48",
      firstSeenAt: daysAgo(fixture, 2),
      usedBeforeAt,
    });
    await seenInQuery(fixture, key, daysAgo(fixture, 1));
    await check();
    const evidence = (await list()).map((finding) => finding.evidence);
    expect(evidence).toContainEqual({
      kind: "new_network",
      network: "2001:db8::/48",
      firstAt: daysAgo(fixture, 2).toISOString(),
      usedBeforeAt: usedBeforeAt.toISOString(),
      calls: 3,
    });
    expect(evidence).toContainEqual({
      kind: "exposed",
      calls: 2,
      firstAt: daysAgo(fixture, 1).toISOString(),
      lastAt: daysAgo(fixture, 1).toISOString(),
      lastRequestId: "req_00000000000000000000000000",
    });
  });

  test("of calls to the wrong environment says which", async () => {
    const key = await busyKey(fixture);
    for (const environment of ["production", "development"] as const) {
      await countCalls(fixture, [{ key, calls: 2, environment, status: 401, code: "environment_mismatch" }]);
    }
    await check();
    expect((await only()).evidence).toEqual({
      kind: "wrong_environment",
      calls: 4,
      environments: ["development", "production"],
      lastHour: "2023-11-23T12:00:00.000Z",
    });
  });

  test("is gone as soon as the change that cures it is made", async () => {
    const key = await busyKey(fixture, { permissions: ["customers:write"] });
    await check();
    expect(await kinds()).toEqual(["over_privileged"]);
    await updateKey(fixture.context(), { id: key.id, permissions: ["customers:read"] });
    expect(await list()).toEqual([]);
  });

  test("is gone as soon as its key is revoked or expires, and is not found again", async () => {
    const expiresAt = daysAgo(fixture, -1).toISOString();
    await plainKey(fixture, { lastUsedAt: null, expiresAt });
    const revoked = await plainKey(fixture, { lastUsedAt: null, environment: "production" });
    await check();
    await revokeKey(fixture.context(), { id: revoked.id, reason: "" });
    expect(await kinds()).toEqual(["expiring", "never_used"]);
    fixture.clock.advance(86_400);
    expect(await list()).toEqual([]);
    await check();
    expect(await list()).toEqual([]);
  });

  test("is found by maintenance, which needs nobody, and looks again after nine minutes at the earliest", async () => {
    const maintain = () =>
      runMaintenance(fixture.context({ kind: "system", name: "jobs" }), new AbortController().signal);
    await plainKey(fixture, { lastUsedAt: null });
    await maintain();
    expect(await kinds()).toEqual(["never_used"]);
    await plainKey(fixture, { lastUsedAt: null });
    fixture.clock.advance(9 * 60 - 1);
    await maintain();
    expect(await kinds()).toHaveLength(1);
    fixture.clock.advance(1);
    await maintain();
    expect(await kinds()).toHaveLength(2);
  });

  test("is found in the next call of maintenance where the first had no time to get to its key", async () => {
    await manyKeys();
    const found = async () => {
      const [row] = await sqlOf(fixture)`select count(*)::int as count from findings`;
      return row?.count;
    };
    const maintain = fixture.context({ kind: "system", name: "jobs" });
    await checkDueFindings(maintain, afterChunks(1), noRest);
    expect(await found()).toBe(500);
    fixture.clock.advance(1);
    await checkDueFindings(maintain, afterChunks(2), noRest);
    expect(await found()).toBe(1_001);
  });

  test("is looked for in a twentieth of the time at most, so that calls have the processors", async () => {
    await manyKeys();
    const [begun, rests] = [performance.now(), [] as number[]];
    const maintain = fixture.context({ kind: "system", name: "jobs" });
    await checkDueFindings(maintain, new AbortController().signal, async (ms) => void rests.push(ms));
    const worked = performance.now() - begun;
    expect(rests).toHaveLength(2);
    expect(rests.reduce((total, ms) => total + ms)).toBeLessThan(19 * worked);
    for (const ms of rests) expect(ms).toBeGreaterThan(19);
  });

  test("that still holds is not written again for a day", async () => {
    const key = await plainKey(fixture, { lastUsedAt: null });
    const row = async () => {
      const [row] = await sqlOf(fixture)<{ version: string; at: string }[]>`
        select ctid || ' ' || xmax as version, last_seen_at as at from findings where key_id = ${key.id}`;
      return row;
    };
    await check();
    const first = await row();
    fixture.clock.advance(86_399);
    await check();
    expect(await row()).toEqual(first);
    fixture.clock.advance(1);
    await check();
    expect(new Date((await row())?.at ?? "")).toEqual(fixture.clock.now());
  });

  test("of a key that stopped working is gone in its place, however many keys there are", async () => {
    await manyKeys();
    await check();
    const left = () => sqlOf(fixture)`select key_id from findings order by 1`;
    const all = (await left()).map(({ key_id }) => key_id);
    const [first, middle, last] = [all[0], all[500], all.at(-1)];
    await sqlOf(
      fixture,
    )`update api_keys set revoked_at = now() where id in ${sqlOf(fixture)([first, middle, last])}`;
    await check();
    const gone = [first, middle, last];
    expect((await left()).map(({ key_id }) => key_id)).toEqual(all.filter((id) => !gone.includes(id)));
  });

  test("is of every key, also of those beyond the first batch", async () => {
    await manyKeys();
    expect(await check()).toEqual({ keys: 1_001 });
    expect(await countFindings(fixture.context(), { environment: null })).toEqual({
      high: 0,
      all: 1_000,
      cap: 1_000,
    });
    const [row] = await sqlOf(fixture)`select count(*)::int as count from findings where kind = 'never_used'`;
    expect(row?.count).toBe(1_001);
  });
});

describe("The list of findings", () => {
  async function fill(): Promise<Record<"old" | "grave" | "plain", KeyView>> {
    const plain = await plainKey(fixture, { lastUsedAt: null });
    const old = await plainKey(fixture, { environment: "production", lastUsedAt: daysAgo(fixture, 70) });
    const grave = await busyKey(fixture, { environment: "development" });
    await seenInQuery(fixture, grave, daysAgo(fixture, 1));
    await check();
    return { plain, old, grave };
  }

  test("has the gravest first, whichever way it is paged through", async () => {
    await fill();
    expect(
      (await kinds()).map((kind) => (["never_used", "dormant"].includes(kind) ? "medium" : kind)),
    ).toEqual(["exposed", "medium", "medium", "no_expiry"]);
    for (let more = 0; more < 12; more++) await plainKey(fixture, { lastUsedAt: null });
    await check();
    const page = (input: ListFindingsInput) =>
      listFindings(fixture.context(), parse(listFindingsSchema, { limit: 10, ...input }));
    const first = await page({});
    const second = await page({ cursor: first.nextCursor });
    expect([first.data.length, second.data.length, second.nextCursor]).toEqual([10, 6, null]);
    const all = await list({ limit: 50 });
    expect([...first.data, ...second.data]).toEqual(all);
    expect((await page({ cursor: second.previousCursor })).data).toEqual(first.data);
  });

  test("can be narrowed to an environment, a key, kinds and severities", async () => {
    const { old } = await fill();
    expect(await kinds({ environment: "production" })).toEqual(["dormant", "no_expiry"]);
    expect(await kinds({ keyId: old.id, kinds: ["no_expiry", "exposed"] })).toEqual(["no_expiry"]);
    expect(await kinds({ severities: ["high", "low"] })).toEqual(["exposed", "no_expiry"]);
    const stats = (environment: "production" | null) => countFindings(fixture.context(), { environment });
    expect(await stats(null)).toEqual({ high: 1, all: 4, cap: 1_000 });
    expect(await stats("production")).toEqual({ high: 0, all: 2, cap: 1_000 });
  });

  test.each(["", "next", "key_00000000000000000000000000"])("refuses a foreign cursor: %s", async (value) => {
    const cursor = Buffer.from(JSON.stringify(["next", value, "fnd_00000000000000000000000000"]));
    const input = parse(listFindingsSchema, { cursor: cursor.toString("base64url") });
    await expect(listFindings(fixture.context(), input)).rejects.toEqual(
      refusal("validation_failed", "cursor"),
    );
  });
});

describe("A muted finding", () => {
  test("leaves the list with who muted it and why, and comes back when it is unmuted", async () => {
    const key = await plainKey(fixture, { lastUsedAt: null });
    await check();
    const { id } = await only();
    const admin = fixture.context(adminOf("admin"));
    const audit = await auditOf(fixture, async () => {
      await muteFinding(admin, { id, reason: "For the fire drill" });
      await check();
      expect(await list()).toEqual([]);
      expect((await only({ muted: true })).muted).toEqual({
        at: fixture.clock.now().toISOString(),
        by: "admin@acme.example",
        reason: "For the fire drill",
      });
      await unmuteFinding(admin, { id });
    });
    expect(await kinds()).toEqual(["never_used"]);
    const finding = "Never used";
    expect(audit).toMatchObject([
      {
        action: "finding.mute",
        subjectId: key.id,
        before: null,
        after: { finding, reason: "For the fire drill" },
      },
      { action: "finding.unmute", before: { finding, reason: "For the fire drill" }, after: null },
    ]);
  });

  test("comes back as a new one when what it rests on is another thing", async () => {
    const key = await busyKey(fixture, { permissions: ["customers:read", "licenses:manage", "jobs:read"] });
    const more = { key, calls: 1, route: "GET /jobs", permission: "jobs:read" };
    await countCalls(fixture, [more]);
    await check();
    const known = await only();
    await muteFinding(fixture.context(), { id: known.id, reason: "Licences come next month" });
    await countCalls(fixture, [more]);
    await check();
    expect(await list()).toEqual([]);
    fixture.clock.advance(31 * 86_400);
    await countCalls(fixture, [{ key, calls: 1 }]);
    await check();
    const again = await only({ kinds: ["over_privileged"] });
    expect(again.evidence).toMatchObject({ unexercised: ["licenses:manage", "jobs:read"] });
    expect(again.id).not.toBe(known.id);
    expect(again.firstSeenAt).toBe(fixture.clock.now().toISOString());
  });

  test("must be there", async () => {
    const gone = "fnd_00000000000000000000000000" as const;
    await expect(muteFinding(fixture.context(), { id: gone, reason: "r" })).rejects.toEqual(
      refusal("not_found"),
    );
    await expect(unmuteFinding(fixture.context(), { id: gone })).rejects.toEqual(refusal("not_found"));
  });
});
