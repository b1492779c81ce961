import { randomUUID } from "node:crypto";
import { workerOf } from "@test/server/jobs/support";
import { sqlOf } from "@test/server/services/support";
import { testFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test } from "vitest";
import { HOUR_MS } from "@/contracts/durations";
import type { LoggedCall } from "@/gateway/request-log/rows";
import { writeBatch } from "@/gateway/request-log/statement";
import { newId } from "@/server/core/ids";
import { ensureRequestDays } from "@/server/database/day-partitions";
import { withDriverTransaction } from "@/server/database/session";
import { runMaintenance } from "@/server/jobs/maintenance";
import { countLog } from "@/server/services/usage";
import { newCall, rowsOfCalls } from "./logged-call";

const fixture = testFixture();

beforeEach(() => ensureRequestDays(sqlOf(fixture), [fixture.clock.now()]));

/** Writes calls as a process does that ends right after: nobody of it counts them. */
const write = (calls: readonly LoggedCall[], withRows = true) =>
  withDriverTransaction(fixture.runtime.databases.records, (sql) =>
    writeBatch(sql, { writer: randomUUID(), number: 1 }, rowsOfCalls(calls), withRows),
  );
const count = (leastAgeMs = 0) => countLog(fixture.runtime.databases.records, { leastAgeMs });
const calls = (number: number, facts?: Partial<LoggedCall>) =>
  Array.from({ length: number }, () => newCall(fixture, facts));

async function figures() {
  const sql = sqlOf(fixture);
  return {
    hours: await sql`select * from usage_hourly order by 1, 2, 3, 4, 5, 6, 7`,
    totals: await sql`select * from usage_totals order by 1, 2, 3, 4`,
    permissions: await sql`select * from usage_permissions order by 1, 2`,
    networks: await sql`select * from key_networks order by 1, 2`,
  };
}
const counted = async () =>
  Number((await sqlOf(fixture)`select coalesce(sum(calls), 0) as calls from usage_hourly`)[0]?.calls);
const uncounted = async () => (await sqlOf(fixture)`select from request_log_uncounted`).length;

/** Calls of all kinds that the figures tell apart, over two hours. */
function mix(): LoggedCall[] {
  const keys = [newId("key"), newId("key"), undefined];
  const answers = [
    { status: 200, refusedBy: null },
    { status: 404, code: "not_found", refusedBy: null },
    { status: 403, code: "permission_denied", refusedBy: "permission" },
    { status: 403, code: "environment_mismatch", refusedBy: "environment" },
    { status: 429, code: "rate_limited", refusedBy: "limit" },
  ] as const;
  const addresses: (string | null)[] = [
    "192.0.2.7",
    "192.0.2.200",
    "2001:db8:1:2::3",
    "2001:db8:1:ffff::3",
    null,
  ];
  const routes = [undefined, { name: "GET /key", permission: null }, newCall(fixture).route];
  return Array.from({ length: 600 }, (_, number) => {
    const of = <Item>(items: readonly Item[], step: number) =>
      items[Math.floor(number / step) % items.length] as Item;
    const answer = of(answers, 1);
    const id = of(keys, 5);
    const key = id && { id, customers: null, lastUsedAt: number % 2 ? fixture.clock.now() : null };
    const problem = "code" in answer ? JSON.stringify({ code: answer.code, detail: "No." }) : undefined;
    return newCall(fixture, {
      at: new Date(fixture.clock.now().getTime() + (number % 2) * HOUR_MS),
      status: answer.status,
      problem,
      route: of(routes, 11),
      address: of(addresses, 7),
      // A value that four bytes hold exactly, as the log keeps it.
      durationMs: number / 8,
      auth: { refusedBy: answer.refusedBy, key: key ?? null, limits: null } as unknown as LoggedCall["auth"],
    });
  });
}

describe("Calls in the log", () => {
  test("are counted once, however many processes count at the same time", async () => {
    for (let batch = 0; batch < 130; batch++) await write(calls(3));
    expect(await counted()).toBe(0);
    await Promise.all(Array.from({ length: 6 }, () => count()));
    await count();
    expect(await counted()).toBe(390);
    expect(await uncounted()).toBe(0);
  });

  test("are counted by maintenance where the process that wrote them was killed before it did", async () => {
    await write(calls(20));
    await sqlOf(fixture)`update request_log_uncounted set written_at = written_at - interval '1 minute'`;
    for (let round = 0; round < 2; round++) {
      await runMaintenance(workerOf(fixture), new AbortController().signal);
      expect(await counted()).toBe(20);
    }
  });

  test("stay to be counted where counting fails in the middle, and count once when it does not", async () => {
    await write(calls(20, { address: "192.0.2.7" }));
    await sqlOf(fixture)`alter table key_networks rename to away`;
    await expect(count()).rejects.toThrow();
    expect(await counted()).toBe(0);
    await sqlOf(fixture)`alter table away rename to key_networks`;
    await count();
    expect(await counted()).toBe(20);
    expect((await figures()).networks).toMatchObject([{ network: "192.0.2.0/24", calls: "20" }]);
  });

  test("wait for others until the oldest is old enough, so that many are counted at once", async () => {
    await write(calls(1));
    expect(await count(HOUR_MS)).toBe(true);
    expect(await counted()).toBe(0);
    await write(calls(1));
    await sqlOf(fixture)`update request_log_uncounted set written_at = written_at - interval '2 hours'
      where batch = (select min(batch) from request_log_uncounted)`;
    expect(await count(HOUR_MS)).toBe(false);
    expect(await counted()).toBe(2);
  });

  test("are counted beside those of another batch in between, and of a clock that is hours off", async () => {
    const early = newCall(fixture);
    const late = newCall(fixture, { at: new Date(early.at.getTime() + 5 * HOUR_MS) });
    await write([early]);
    await write([late]);
    // Not ours to count, and between the two.
    await sqlOf(fixture)`
      insert into requests (at, row_id, request_id, environment, method, path, status, duration_ms, request_bytes, response_bytes)
      select ${early.at.toISOString()}::timestamptz + n * interval '1 hour', gen_random_uuid(), 'req_other', 'staging', 'GET', '/', 200, 1, 0, 0
      from generate_series(0, 5) as n`;
    await count();
    expect(await counted()).toBe(2);
  });

  test("add up to the same figures as calls that have no row", async () => {
    const all = mix();
    await write(all);
    expect(await counted()).toBe(0);
    await count();
    const fromLog = await figures();
    await sqlOf(fixture)`truncate usage_hourly, usage_totals, usage_permissions, key_networks`;
    await write(all, false);
    const withoutRows = await figures();
    expect(withoutRows).toEqual(fromLog);
    expect(fromLog.hours.length).toBeGreaterThan(50);
    expect(fromLog.networks).toHaveLength(4);
  });
});
