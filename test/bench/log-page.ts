import { fillLog } from "@test/support/requests";
import postgres from "postgres";
import { DAY_MS } from "@/contracts/durations";
import { type RequestFilterInput, requestFilterSchema } from "@/contracts/schemas/request-queries";
import { newId } from "@/server/core/ids";
import { requestIdOf } from "@/server/database/request-columns";
import type { Runtime } from "@/server/runtime/runtime";
import type { ServiceContext } from "@/server/services/context";
import { countRequests, getRequest, listRequests, tailRequests } from "@/server/services/requests";
import type { BenchOptions } from "./benchmarks";
import { askAll, slowestOf } from "./questions";
import type { Result } from "./result";
import { onRuntime } from "./runtime";

const ROUNDS = 9;
const KEYS = 1_000;
const DAYS = 30;

type Sql = Runtime["databases"]["owner"]["$client"];
type Questions = Record<string, () => Promise<unknown>>;

/** How long the Logs page's questions take, of a log of 30 days and 1,000 keys. */
export async function logPageBenchmarks(
  databaseUrl: string,
  { logRows, plans }: BenchOptions,
): Promise<Result[]> {
  const keys = await fill(databaseUrl, logRows);
  return onRuntime(databaseUrl, async ({ runtime, context }) => {
    const sql = runtime.databases.owner.$client;
    const { lists, charts } = await questionsOf(context(), sql, keys);
    if (plans) await printPlans(sql, { ...lists, ...charts });
    const rows = `of ${logRows.toLocaleString("en")} rows`;
    return [
      slowestOf(`Logs page ${rows}, the slowest list`, await askAll(lists, ROUNDS), 100, 20),
      slowestOf(`Logs page ${rows}, the slowest chart`, await askAll(charts, ROUNDS), 100, 20),
    ];
  });
}

/** @returns the ids of keys, the one that is called most first */
async function fill(databaseUrl: string, rows: number): Promise<string[]> {
  // Of its own: the product's connections end what takes so long.
  const client = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    const keys = Array.from({ length: KEYS }, () => newId("key"));
    const to = new Date();
    const from = new Date(to.getTime() - DAYS * DAY_MS);
    await fillLog({ $client: client }, { rows, from, to, keys });
    // As autovacuum would leave it.
    await client`vacuum analyze`;
    return keys;
  } finally {
    await client.end();
  }
}

async function questionsOf(
  ctx: ServiceContext,
  sql: Sql,
  keys: readonly string[],
): Promise<{ lists: Questions; charts: Questions }> {
  const filter = (input: RequestFilterInput) => requestFilterSchema.parse(input);
  const list = (input: RequestFilterInput) => () =>
    listRequests(ctx, { ...filter(input), limit: 20, cursor: null });
  const chart = (input: RequestFilterInput) => () => countRequests(ctx, filter(input));
  // Near the middle of the month.
  const [sample] = await sql`
    select at, request_id as id, customers[1] as customer from requests
    where at > now() - interval '15 days' and customers is not null and key_id is not null limit 1`;
  const requestId = requestIdOf({ at: new Date(sample?.at), requestId: sample?.id });
  const month = { period: "30d" } as const;
  const [busy, rare] = [keys[0] ?? null, keys.at(-1) ?? null] as `key_${string}`[];
  return {
    lists: {
      "last hour": list({}),
      "30 days": list(month),
      "by key": list({ ...month, keyId: rare }),
      "by key and status": list({ ...month, keyId: rare, statuses: ["4xx"] }),
      "by a busy key and a rare status": list({ ...month, keyId: busy, statuses: ["5xx"] }),
      "by key and a status it never had": list({ ...month, keyId: rare, codes: ["payload_too_large"] }),
      "by request id": list({ requestId }),
      "by an unknown request id": list({ requestId: newId("req") }),
      "failures of everybody": list({ ...month, statuses: ["5xx"] }),
      "by code": list({ ...month, codes: ["key_invalid"] }),
      "by customer": list({ ...month, customerId: sample?.customer }),
      "by a customer without calls": list({ ...month, customerId: newId("cus") }),
      "last hour by an address without calls": list({ address: "203.0.113.1" }),
      "a day by an address without calls": list({ period: "24h", address: "203.0.113.1" }),
      "a day by a text that is nowhere": list({ period: "24h", search: "nowhere" }),
      "one call, by request id": () => getRequest(ctx, { requestId }),
      "live, one question": () => tailRequests(ctx, { since: null }),
    },
    charts: {
      "last hour": chart({}),
      "24 hours": chart({ period: "24h" }),
      "30 days": chart(month),
      "30 days by key and status": chart({ ...month, keyId: busy, statuses: ["4xx"] }),
    },
  };
}

/** Postgres' plan of the last statement of each question. */
async function printPlans(sql: Sql, questions: Questions): Promise<void> {
  let last: { query: string; parameters: unknown[] } | undefined;
  // Each connection takes it over when it is made: before the first question.
  sql.options.debug = (_connection, query, parameters) => {
    if (/^select/i.test(query)) last = { query, parameters };
  };
  for (const [name, ask] of Object.entries(questions)) {
    await ask();
    if (!last) continue;
    const rows = await sql.unsafe(`explain (analyze, buffers) ${last.query}`, last.parameters as never[]);
    process.stdout.write(`\n## ${name}\n${rows.map((row) => row["QUERY PLAN"]).join("\n")}\n`);
  }
}
