import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { Environment } from "@/contracts/environments";
import { checkFindings } from "@/server/services/findings";
import { deleteKey, revokeKey, updateKey } from "@/server/services/keys";
import { getOverview } from "@/server/services/overview";
import { daysFromNow, usedKey } from "./keys/list.support";
import { sqlOf } from "./support";

const fixture = suiteFixture();

const DAY = 86_400;
const overview = (environment: Environment | null = null) => getOverview(fixture.context(), { environment });

describe("The overview of a fresh installation", () => {
  test("has nothing to show, for all environments or for one", async () => {
    expect(await overview()).toEqual({
      keys: [
        { environment: "production", active: 0, capped: false },
        { environment: "staging", active: 0, capped: false },
        { environment: "development", active: 0, capped: false },
      ],
      findings: [],
      findingStats: { high: 0, all: 0, cap: 1_000 },
      changes: [],
    });
    expect((await overview("staging")).keys).toEqual([{ environment: "staging", active: 0, capped: false }]);
  });
});

describe("The overview", () => {
  test("counts active keys by environment: not the revoked, the expired or the deleted", async () => {
    const soon = daysFromNow(fixture, 0.5).toISOString();
    await fixture.key({ environment: "production", name: "stays" });
    await fixture.key({ environment: "production", name: "expires", expiresAt: soon });
    const revoked = await fixture.key({ environment: "production", name: "revoked" });
    const deleted = await fixture.key({ environment: "production", name: "deleted" });
    for (const { key } of [revoked, deleted]) await revokeKey(fixture.context(), { id: key.id, reason: "" });
    await deleteKey(fixture.context(), { id: deleted.key.id, name: "deleted" });
    await fixture.key({ environment: "staging", name: "stays" });
    const counts = async () => (await overview()).keys.map((count) => count.active);
    expect(await counts()).toEqual([2, 1, 0]);
    fixture.clock.advance(DAY);
    expect(await counts()).toEqual([1, 1, 0]);
  });

  test("shows the gravest findings, six at most, and how many there are", async () => {
    const soon = daysFromNow(fixture, 3).toISOString();
    for (let n = 0; n < 5; n++) await usedKey(fixture, null, { environment: "development" });
    await fixture.key({ environment: "development", expiresAt: soon });
    fixture.clock.advance(14 * DAY);
    await fixture.key({ environment: "development", expiresAt: daysFromNow(fixture, 3).toISOString() });
    await checkFindings(fixture.context());
    const { findings, findingStats } = await overview("development");
    expect(findings.map(({ evidence }) => evidence.kind)).toEqual([
      "expiring",
      ...Array(5).fill("never_used"),
    ]);
    expect(findingStats).toEqual({ high: 1, all: 6, cap: 1_000 });
    const { key } = await fixture.key({
      environment: "development",
      expiresAt: daysFromNow(fixture, 4).toISOString(),
    });
    await checkFindings(fixture.context());
    const after = await overview("development");
    expect(after.findings).toHaveLength(6);
    expect(after.findings[0]?.key.id).toBe(key.id);
    expect(after.findingStats.all).toBe(7);
  });

  test("shows the latest changes, the newest first", async () => {
    const { key } = await fixture.key({ name: "Latest" });
    await updateKey(fixture.context(adminOf("admin")), { id: key.id, name: "Renamed" });
    const { changes } = await overview();
    expect(changes.slice(0, 2)).toMatchObject([
      { action: "key.update", actor: "admin@acme.example", subjectName: "Renamed" },
      { action: "key.create", subjectName: "Latest" },
    ]);
    expect(changes.length).toBeLessThanOrEqual(20);
  });

  test("of one environment shows the changes of that one alone", async () => {
    await fixture.key({ environment: "staging", name: "There" });
    await fixture.key({ environment: "development", name: "Here" });
    const { changes } = await overview("development");
    expect(changes[0]).toMatchObject({ action: "key.create", subjectName: "Here" });
    expect(new Set(changes.map(({ environment }) => environment))).toEqual(new Set(["development"]));
    expect((await overview()).changes[1]).toMatchObject({ subjectName: "There" });
  });

  test("stops counting at a thousand and says so", async () => {
    await sqlOf(fixture)`
      insert into api_keys (id, name, environment, digest, masked_key, permissions, rate_limits, created_by, created_at, updated_at)
      select 'key_' || lpad(n::text, 26, '0'), 'many', 'production', sha256(n::text::bytea), 'kw_prod_x', '{}', '{}', 'test', now(), now()
      from generate_series(1, 1001) as n`;
    expect((await overview("production")).keys).toEqual([
      { environment: "production", active: 1_000, capped: true },
    ]);
  });

  test("holds nothing secret", async () => {
    // The hashes of the audit's rows are no secret; they are as long as one.
    const text = JSON.stringify(await overview()).replaceAll(/"hash":"[0-9a-f]{64}"/g, "");
    expect(text).not.toMatch(/digest|secret|password|[0-9A-Za-z]{38}/);
  });
});
