import { addRequest, fillLog } from "@test/support/requests";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { RequestBucket } from "@/contracts/request-queries";
import { type RequestFilterInput, requestFilterSchema } from "@/contracts/schemas/request-queries";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { countRequests, listCalledRoutes } from "@/server/services/requests";
import { sqlOf } from "../support";

const fixture = suiteFixture();
const keys = [newId("key"), newId("key"), newId("key")];

/** Middle of an hour, as the fixture's clock is. */
beforeAll(async () => {
  const to = fixture.clock.now();
  const from = new Date(to.getTime() - 40 * DAY_MS);
  await fillLog(fixture.runtime.databases.owner, { rows: 20_000, from, to, keys });
});

const count = (filter: RequestFilterInput) =>
  countRequests(fixture.context(), parse(requestFilterSchema, filter));

type Outcomes = [succeeded: number, refused: number, failed: number];

const sumOf = (buckets: readonly RequestBucket[]): Outcomes => {
  const total = (outcome: "succeeded" | "refused" | "failed") =>
    buckets.reduce((sum, bucket) => sum + bucket[outcome], 0);
  return [total("succeeded"), total("refused"), total("failed")];
};

/** Counted row by row in the log, between two instants. */
async function counted(from: string, to: string, condition = "true"): Promise<Outcomes> {
  const [row] = await sqlOf(fixture).unsafe(
    `select count(*) filter (where status < 400)::int as succeeded,
       count(*) filter (where status between 400 and 499)::int as refused,
       count(*) filter (where status >= 500)::int as failed
     from requests where at >= $1 and at < $2 and ${condition}`,
    [from, to],
  );
  return [row?.succeeded, row?.refused, row?.failed];
}

describe("The chart above the log", () => {
  test.each([
    ["15m", 15, "2023-11-23T12:15:30.000Z", 60],
    ["1h", 60, "2023-11-23T11:30:00.000Z", 61],
    ["24h", 3_600, "2023-11-22T12:00:00.000Z", 25],
    ["7d", 3_600, "2023-11-16T12:00:00.000Z", 169],
    ["30d", 4 * 3_600, "2023-10-24T12:00:00.000Z", 181],
  ] as const)(
    "of %s has whole buckets of %d s without gaps, and every call is in one",
    async (period, seconds, first, length) => {
      const { buckets, ...answer } = await count({ period });
      expect(answer).toEqual({ seconds, uncounted: [] });
      expect(buckets).toHaveLength(length);
      expect(buckets[0]?.at).toBe(first);
      const steps = new Set(
        buckets.slice(1).map(({ at }, index) => Date.parse(at) - Date.parse(buckets[index]?.at ?? "")),
      );
      expect([...steps]).toEqual([seconds * 1_000]);
      expect(sumOf(buckets)).toEqual(await counted(first, fixture.clock.now().toISOString()));
      expect(sumOf(buckets)[0]).toBeGreaterThan(0);
    },
  );

  test.each<[string, RequestFilterInput, string]>([
    ["an environment", { environment: "staging" }, "environment = 'staging'"],
    ["a key", { keyId: keys[0] }, `key_id = '${keys[0]}'`],
    ["no key", { keyId: "none" }, "key_id is null"],
    ["a route", { route: "POST /customers" }, "route = 'POST /customers'"],
    ["a code", { codes: ["rate_limited"] }, "code = 'rate_limited'"],
    ["classes", { statuses: ["2xx", "5xx"] }, "(status < 400 or status >= 500)"],
    ["errors", { levels: ["error"] }, "status >= 400"],
    ["what passed", { levels: ["info", "warning"] }, "status < 400"],
    [
      "several at once",
      { keyId: keys[1], statuses: ["4xx"] },
      `key_id = '${keys[1]}' and status between 400 and 499`,
    ],
  ])("counts days by the hour's figures, narrowed to %s", async (_name, filter, condition) => {
    const { buckets, uncounted } = await count({ ...filter, period: "7d" });
    expect(uncounted).toEqual([]);
    const expected = await counted("2023-11-16T12:00:00Z", "2023-11-23T13:00:00Z", condition);
    expect(sumOf(buckets)).toEqual(expected);
    expect(Math.max(...expected)).toBeGreaterThan(0);
  });

  test("says what the hour's figures cannot tell apart, and counts without it", async () => {
    const filter: RequestFilterInput = {
      period: "7d",
      levels: ["warning"],
      methods: ["POST"],
      customerId: newId("cus"),
      address: "198.51.1.1",
      search: "nobody",
    };
    const { buckets, uncounted } = await count(filter);
    expect(uncounted).toEqual(["levels", "methods", "customerId", "address", "search"]);
    expect(sumOf(buckets)).toEqual(sumOf((await count({ period: "7d" })).buckets));
  });

  test("counts a short time in the log, where every filter can be told apart", async () => {
    const address = "203.0.113.9";
    const at = new Date(fixture.clock.now().getTime() - 90_000);
    await addRequest(fixture, { at, address, method: "POST", limitShare: 90 });
    const { buckets, uncounted } = await count({
      period: "15m",
      address,
      methods: ["POST"],
      levels: ["warning"],
    });
    expect(uncounted).toEqual([]);
    expect(buckets.filter(({ succeeded }) => succeeded > 0)).toEqual([
      { at: "2023-11-23T12:29:00.000Z", succeeded: 1, refused: 0, failed: 0 },
    ]);
  });

  test("counts by the hour where a short time has too many calls to count them one by one", async () => {
    const sql = sqlOf(fixture);
    const hour = "2023-11-01T05:00:00Z";
    await sql`insert into usage_hourly values (${hour}, 'k', 'production', '', '', 2, '', 500001, 1)`;
    const asked = { from: "2023-11-01T05:10:00Z", to: "2023-11-01T05:50:00Z" };
    const { seconds, buckets } = await count(asked);
    expect([seconds, buckets.length, buckets[0]?.at]).toEqual([3_600, 1, "2023-11-01T05:00:00.000Z"]);
    expect(buckets[0]?.succeeded).toBeGreaterThan(500_000);
    await sql`delete from usage_hourly where key_id = 'k'`;
  });

  test.each([
    ["from the first year there is", { from: "1970-01-01T00:00:00Z" }],
    ["up to the last", { from: "2023-11-20T00:00:00Z", to: "9999-12-31T00:00:00Z" }],
    ["that lies ahead", { from: "9999-01-01T00:00:00Z" }],
    ["without a start", { to: "2023-11-20T00:00:00Z" }],
  ])("of a time %s is of a bounded size", async (_name, filter) => {
    expect((await count(filter)).buckets.length).toBeLessThan(1_000);
  });
});

test("The routes offered are those called in the last day, in this environment, by path", async () => {
  expect(await listCalledRoutes(fixture.context(), { environment: "production" })).toEqual([
    "GET /customers",
    "POST /customers",
    "GET /customers/{id}",
    "GET /key",
  ]);
  const fresh = { hour: fixture.clock.now().toISOString(), route: "GET /staging-only" };
  await sqlOf(fixture)`
    insert into usage_hourly values (${fresh.hour}, '', 'staging', ${fresh.route}, '', 2, '', 1, 1)`;
  expect(await listCalledRoutes(fixture.context(), { environment: "staging" })).toContain(fresh.route);
  expect(await listCalledRoutes(fixture.context(), { environment: "production" })).not.toContain(fresh.route);
});
