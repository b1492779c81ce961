import postgres from "postgres";
import type { Id } from "@/contracts/ids";
import type { ServiceContext } from "@/server/services/context";
import { checkFindings } from "@/server/services/findings";
import { getOverview } from "@/server/services/overview";
import {
  getKeyTraffic,
  getKeyUsage,
  getOverallUsage,
  getPermissionUse,
  proposeTrim,
  replayLimits,
} from "@/server/services/usage";
import type { BenchOptions } from "./benchmarks";
import { makeKeys } from "./keys";
import { askAll } from "./questions";
import type { Result } from "./result";
import { onRuntime } from "./runtime";

type Sql = postgres.Sql;

const HOURS = 30 * 24;
/** Log rows of the one key whose past is replayed: more than are tried. */
const LOGGED = 250_000;
const ROUNDS = 15;

/**
 * The figures of the present keys over 30 days, about 10 million calls: three routes each an hour, one of them at times
 * refused; and the log of one busy key.
 */
async function fillStats(sql: Sql): Promise<Id<"key">> {
  for (let hour = 0; hour < HOURS; hour += 48) {
    await sql`
      insert into usage_hourly (hour, key_id, environment, route, permission, status_class, code, calls, duration_ms)
      select date_trunc('hour', now()) - hour * interval '1 hour', id, 'production', route, permission, status_class, code, calls, calls * 3
      from api_keys cross join generate_series(${hour}::int, ${hour + 47}::int) as hour cross join (values
        ('GET /customers', 'customers:read', 2, '', 7), ('GET /customers/{id}', 'customers:read', 2, '', 5),
        ('GET /customers/{id}', 'customers:read', 4, 'not_found', 1), ('GET /key', '', 2, '', 1)
      ) as calls (route, permission, status_class, code, calls)`;
  }
  await sql`insert into usage_permissions select id, 'customers:read', now() from api_keys`;
  const [key] = await sql<{ id: Id<"key"> }[]>`select id from api_keys order by id limit 1`;
  if (!key) throw new Error("There are no keys");
  for (let day = 0; day <= 8; day++) {
    await sql`select ensure_request_partitions((now() at time zone 'UTC')::date - ${day}::int, 1)`;
  }
  await sql`
    insert into requests (at, row_id, request_id, environment, method, route, path, status, duration_ms, key_id, address, request_bytes, response_bytes)
    select now() - n * interval '2.4 seconds', gen_random_uuid(), 'req_' || n, 'production', 'GET', 'GET /customers', '/customers', 200, 1, ${key.id}, '203.0.113.' || n % 20, 0, 0
    from generate_series(1, ${LOGGED}::int) as n`;
  await sql`vacuum analyze usage_hourly, usage_totals, requests`;
  return key.id;
}

async function printPlan(sql: Sql, what: string, query: string): Promise<void> {
  const plan = await sql.unsafe(`explain (analyze, buffers, costs off) ${query}`);
  process.stdout.write(`\n${what}\n${plan.map((row) => Object.values(row)[0]).join("\n")}\n`);
}

async function printPlans(sql: Sql, key: Id<"key">): Promise<void> {
  const sums = "status_class, sum(calls), sum(duration_ms)";
  const since = "hour >= now() - interval '30 days' group by 1, 2";
  const day = "date_trunc('day', hour, 'UTC')";
  await printPlan(
    sql,
    "Calls of the installation, 30 days",
    `select ${day}, ${sums} from usage_totals where ${since}`,
  );
  await printPlan(
    sql,
    "Calls of a key, 30 days",
    `select ${day}, ${sums} from usage_hourly where key_id = '${key}' and ${since}`,
  );
  await printPlan(
    sql,
    "Calls of a key in the log, 7 days",
    `select at from requests where key_id = '${key}' and at >= now() - interval '7 days' order by at desc, row_id desc limit 200001`,
  );
}

/** What the first page and a key's page ask of the figures. The ratio is how often each fits into its budget. */
export async function insightBenchmarks(databaseUrl: string, { plans }: BenchOptions): Promise<Result[]> {
  await makeKeys(databaseUrl);
  const id = await filled(databaseUrl);
  return onRuntime(databaseUrl, async ({ runtime, context }) => {
    if (plans) await printPlans(runtime.databases.owner.$client, id);
    return measure(context(), id);
  });
}

/** On a connection of its own: the product's end a statement that takes so long. */
async function filled(databaseUrl: string): Promise<Id<"key">> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    return await fillStats(sql);
  } finally {
    await sql.end();
  }
}

async function measure(ctx: ServiceContext, id: Id<"key">): Promise<Result[]> {
  const overview = (span: "24h" | "30d") => async () => {
    await Promise.all([
      getOverview(ctx, { environment: null }),
      getOverallUsage(ctx, { environment: null, span }),
    ]);
  };
  const once = [
    { what: "findings of all keys, worked out", budget: 10_000, work: () => checkFindings(ctx), rounds: 1 },
  ];
  const many = [
    { what: "overview, 24 hours", budget: 50, work: overview("24h") },
    { what: "overview, 30 days", budget: 50, work: overview("30d") },
    { what: "calls of a key, 30 days", budget: 50, work: () => getKeyUsage(ctx, { id, span: "30d" }) },
    { what: "permissions of a key, last use", budget: 50, work: () => getPermissionUse(ctx, { id }) },
    { what: "proposal to trim a key", budget: 50, work: () => proposeTrim(ctx, { id }) },
    { what: "traffic of a key, 24 hours", budget: 250, work: () => getKeyTraffic(ctx, { id }) },
    {
      what: "replay of a limit on 200,000 calls",
      budget: 2_000,
      work: () => replayLimits(ctx, { id, rateLimits: { minute: 20, hour: 1_000, day: 20_000 } }),
    },
  ];
  const results: Result[] = [];
  for (const { what, budget, work, rounds } of [
    ...once,
    ...many.map((one) => ({ ...one, rounds: ROUNDS })),
  ]) {
    const [{ ms: taken } = { ms: Number.NaN }] = await askAll({ [what]: work }, rounds);
    results.push({
      what,
      figure: budget / taken,
      bar: 1,
      aim: 2,
      detail: `${taken.toFixed(1)} ms of ${budget} ms`,
    });
  }
  return results;
}
