import { ownFixture, suiteFixture } from "@test/support/suite";
import { countCalls } from "@test/support/usage";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "@/contracts/durations";
import type { Usage } from "@/contracts/usage";
import { getKeyUsage, getOverallUsage } from "@/server/services/usage";
import { sqlOf } from "../support";

const fixture = suiteFixture();

const ago = (hours: number) => new Date(fixture.clock.now().getTime() - hours * HOUR_MS);
const filled = (usage: Usage) =>
  usage.buckets.filter(({ succeeded, refused, failed }) => succeeded + refused + failed > 0);

describe("The calls of a key", () => {
  test("stand in the hour of their making, by outcome, every hour of the span being there", async () => {
    const { key } = await fixture.key();
    const { key: other } = await fixture.key();
    await countCalls(fixture, [
      { key, calls: 5, durationMs: 50 },
      { key, calls: 2, route: "GET /key", permission: "", durationMs: 20 },
      { key, calls: 3, status: 429, code: "rate_limited" },
      { key, calls: 1, status: 500, code: "internal", at: ago(23) },
      // Outside: 24 whole hours have begun since.
      { key, calls: 7, at: ago(24) },
      { key: other, calls: 9 },
    ]);
    const usage = await getKeyUsage(fixture.context(), { id: key.id, span: "24h" });
    expect(usage.buckets).toHaveLength(24);
    expect(usage.buckets[0]?.at).toBe("2023-11-22T13:00:00.000Z");
    expect(filled(usage)).toEqual([
      { at: "2023-11-22T13:00:00.000Z", succeeded: 0, refused: 0, failed: 1 },
      { at: "2023-11-23T12:00:00.000Z", succeeded: 7, refused: 3, failed: 0 },
    ]);
    expect(usage.stats).toEqual({ calls: 11, errors: 4, limited: 3, meanMs: 70 / 11 });
  });

  test("are 168 hours for 7 days and 30 UTC days for 30 days, whatever the zone of the connection", async () => {
    const { key } = await fixture.key();
    await countCalls(fixture, [
      { key, calls: 1 },
      { key, calls: 2, at: ago(167) },
      { key, calls: 4, at: ago(168) },
      { key, calls: 8, at: new Date("2023-10-25T00:00:00Z") },
      { key, calls: 16, at: new Date("2023-10-24T23:00:00Z") },
    ]);
    const week = await getKeyUsage(fixture.context(), { id: key.id, span: "7d" });
    expect([week.buckets.length, week.stats.calls]).toEqual([168, 3]);
    await sqlOf(fixture)`set time zone 'Asia/Kolkata'`;
    const month = await getKeyUsage(fixture.context(), { id: key.id, span: "30d" });
    await sqlOf(fixture)`reset time zone`;
    expect([month.buckets.length, month.stats.calls]).toEqual([30, 15]);
    expect(filled(month).map(({ at, succeeded }) => [at, succeeded])).toEqual([
      ["2023-10-25T00:00:00.000Z", 8],
      ["2023-11-16T00:00:00.000Z", 6],
      ["2023-11-23T00:00:00.000Z", 1],
    ]);
  });

  test("are none for a key that was never used, which is no mean time at all", async () => {
    const { key } = await fixture.key();
    const usage = await getKeyUsage(fixture.context(), { id: key.id, span: "30d" });
    expect(usage.stats).toEqual({ calls: 0, errors: 0, limited: 0, meanMs: null });
    expect(filled(usage)).toEqual([]);
  });
});

describe("The calls of the installation", () => {
  test("add up to those of the keys and those without one, however they were counted", async () => {
    const fresh = await ownFixture();
    const { key: one } = await fresh.key();
    const { key: two } = await fresh.key({ environment: "production" });
    for (let round = 0; round < 3; round++) {
      await countCalls(fresh, [
        { key: one, calls: 2, durationMs: 3 },
        { key: two, calls: 5, environment: "production" },
        { key: null, calls: 1, environment: "production", status: 401, code: "key_missing" },
        { key: two, calls: 1, environment: "production", status: 429, code: "rate_limited" },
      ]);
    }
    const all = await getOverallUsage(fresh.context(), { environment: null, span: "24h" });
    expect(all.stats).toEqual({ calls: 27, errors: 6, limited: 3, meanMs: 9 / 27 });
    const staging = await getOverallUsage(fresh.context(), { environment: "staging", span: "24h" });
    expect(staging.stats.calls).toBe(6);
    const sums = await sqlOf(fresh)`
      select hour, environment, status_class, code, sum(calls) as calls, sum(duration_ms) as duration_ms
      from usage_hourly group by 1, 2, 3, 4 except select * from usage_totals`;
    expect(sums).toEqual([]);
  });

  test("add up when several processes count at once", async () => {
    const fresh = await ownFixture();
    const { key: one } = await fresh.key();
    const { key: two } = await fresh.key();
    const round = () =>
      countCalls(fresh, [
        { key: one, calls: 1 },
        { key: two, calls: 1, status: 404, code: "not_found" },
      ]);
    await Promise.all(Array.from({ length: 8 }, round));
    const all = await getOverallUsage(fresh.context(), { environment: null, span: "24h" });
    expect(all.stats).toMatchObject({ calls: 16, errors: 8 });
  });
});
