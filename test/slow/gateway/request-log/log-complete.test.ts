import { sqlOf } from "@test/server/services/support";
import { call, inProcess, overNetwork, type PublicApi } from "@test/support/calls";
import { createFixture, type Fixture } from "@test/support/fixture";
import { MOUNTS, startMount } from "@test/support/mounts";
import { loggedCalls } from "@test/support/requests";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changeRequestLogSettings } from "@/server/services/settings";
import { countLog } from "@/server/services/usage";
import { callAll, type Kind, kindsOf } from "./log-mix";

const CALLS = 5_000;

let fixture: Fixture;

beforeEach(async () => {
  fixture = await createFixture({}, new Date());
  // All of them come from one network, and most without a known key: each is to have its row all the same.
  await changeRequestLogSettings(fixture.context(), { anonymousRowsPerMinute: 0 });
});
afterEach(() => fixture?.close());

/** Demands one row for each call, with what its kind says, and none besides; and a roll-up that adds up to them. */
async function expectLogged(made: ReadonlyMap<string, Kind>): Promise<void> {
  const sql = sqlOf(fixture);
  const logged = (await loggedCalls(sql)).filter((row) => made.has(row.request_id));
  expect(logged).toHaveLength(made.size);
  for (const { request_id, method, status, code, refused_by: refusedBy, route, key_id: keyId } of logged) {
    const { path: _path, options: _options, ...expected } = made.get(request_id) as Kind;
    expect({ method, status, code, refusedBy, route, keyId }).toEqual(expected);
  }
  const difference = await sql`
    with counted as (
      select coalesce(key_id, ''), date_trunc('hour', at, 'UTC'), environment, coalesce(route, ''),
        coalesce(permission, ''), (status / 100)::smallint, coalesce(code, ''), count(*)
      from requests group by 1, 2, 3, 4, 5, 6, 7
    ), rolled_up as (
      select key_id, hour, environment, route, permission, status_class, code, calls from usage_hourly
    )
    (table counted except table rolled_up) union all (table rolled_up except table counted)`;
  expect(difference).toEqual([]);
  const exercised = await sql`
    with logged as (
      select key_id, permission, max(at) as last_at from requests
      where key_id is not null and permission is not null and refused_by is null and code is distinct from 'permission_denied'
      group by 1, 2
    )
    select * from logged full join usage_permissions as known using (key_id, permission)
    where (logged.last_at - known.last_at between interval '0' and interval '59.999 seconds') is not true`;
  expect(exercised).toEqual([]);
  const [totals] = await sql`
    select (select sum(duration_ms::float8) from requests) as logged, (select sum(duration_ms) from usage_hourly) as counted`;
  // The log keeps a duration in four bytes, the roll-up in eight.
  expect(totals?.counted / totals?.logged).toBeCloseTo(1, 4);
}

describe("5,000 calls of all kinds", () => {
  test("leave exactly 5,000 rows with the right code, and a roll-up that adds up", async () => {
    const api = inProcess(fixture);
    const kinds = await kindsOf(fixture, api);
    await fixture.runtime.requestLog.flush();
    await sqlOf(fixture)`truncate requests, usage_hourly, usage_permissions, key_networks`;
    const made = await callAll(api, kinds, CALLS);
    await fixture.runtime.requestLog.flush();
    const [counted] = await sqlOf(fixture)`select count(*)::int as rows from requests`;
    expect(counted).toEqual({ rows: CALLS });
    await expectLogged(made);
    // Every call that authenticated came from one network.
    const networks = await sqlOf(fixture)`select distinct network::text from key_networks`;
    expect(networks).toEqual([{ network: "198.51.100.0/24" }]);
    const [seen] = await sqlOf(fixture)`
      select (select sum(calls)::int from key_networks) as counted, (select count(*)::int from requests
        where key_id is not null and (refused_by is null or refused_by in ('address', 'origin', 'limit', 'permission'))) as logged`;
    expect(seen?.counted).toBe(seen?.logged);
  }, 120_000);
});

describe.each(MOUNTS)("Mounted as %s", (name) => {
  test("every kind of call is in the log within a moment of its answer, without another call or a stop", async () => {
    const mount = await startMount(name, fixture.databaseUrl);
    try {
      const api = overNetwork(mount);
      const kinds = await kindsOf(fixture, api);
      const made = await callAll(api, kinds, 3 * kinds.length);
      const rows = async () => (await loggedCalls(sqlOf(fixture))).filter((row) => made.has(row.request_id));
      await vi.waitFor(async () => expect(await rows()).toHaveLength(made.size), { timeout: 10_000 });
      // The figures follow some seconds later, by themselves as well.
      const uncounted = () => sqlOf(fixture)`select 1 from request_log_uncounted`;
      await vi.waitFor(async () => expect(await uncounted()).toEqual([]), { timeout: 20_000 });
      await expectLogged(made);
    } finally {
      await mount.stop();
    }
  }, 120_000);
});

test.each<[string, NodeJS.Signals[]]>([
  ["SIGTERM", ["SIGTERM"]],
  // Of the terminal's, which npm gets as well and hands on.
  ["SIGINT twice", ["SIGINT", "SIGINT"]],
  ["SIGHUP", ["SIGHUP"]],
])(
  "%s in the middle of load loses none of the calls that were answered",
  async (_, signals) => {
    await sqlOf(fixture)`truncate requests`;
    const mount = await startMount("main.ts", fixture.databaseUrl);
    const api: PublicApi = overNetwork(mount);
    const { secret } = await fixture.key({ rateLimits: { minute: 1_000_000 } });
    const answered = new Set<string>();
    let refused = 0;
    let stopped: Promise<void> | undefined;
    const worker = async () => {
      // Until the process takes no more connections.
      for (;;) {
        const answer = await call(api, "GET", "/staging/key", { key: secret }).catch(() => null);
        if (!answer) return void refused++;
        answered.add(answer.headers.get("x-request-id") ?? "");
        if (answered.size >= 600) {
          for (const signal of signals.splice(0)) mount.signal(signal);
          stopped ??= mount.stop();
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    await stopped;
    expect(refused).toBe(16);
    const rows = await loggedCalls(sqlOf(fixture));
    const logged = new Set(rows.map(({ request_id }) => request_id));
    expect([...answered].filter((id) => !logged.has(id))).toEqual([]);
    expect(answered.size).toBeGreaterThanOrEqual(600);
  },
  120_000,
);

test("SIGKILL between writing and counting leaves the figures to the next process, which counts each call once", async () => {
  await sqlOf(fixture)`truncate requests, usage_hourly`;
  const mount = await startMount("main.ts", fixture.databaseUrl);
  const { secret } = await fixture.key({ rateLimits: { minute: 1_000_000 } });
  const uncounted = () => sqlOf(fixture)`select from request_log_uncounted`;
  for (let calls = 0; calls < 50; calls++)
    await call(overNetwork(mount), "GET", "/staging/key", { key: secret });
  await vi.waitFor(async () => expect(await uncounted()).not.toEqual([]), { timeout: 10_000 });
  await mount.kill();
  const { records } = fixture.runtime.databases;
  for (let round = 0; round < 2; round++) await countLog(records, { leastAgeMs: 0 });
  const [row] = await sqlOf(fixture)`
    select (select count(*)::int from requests) as logged, (select sum(calls)::int from usage_hourly) as counted`;
  expect(row?.logged).toBeGreaterThan(0);
  expect(row?.counted).toBe(row?.logged);
}, 120_000);
