import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { fillLog } from "@test/support/requests";
import { DAY_MS } from "@/contracts/durations";
import { listRequestsSchema, type RequestFilterInput } from "@/contracts/request-queries";
import { newId } from "@/server/core/ids";
import { createLogger } from "@/server/core/logger";
import { migrateDatabase } from "@/server/database/migrate";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { contextFor } from "@/server/runtime/runtime";
import { countRequests, getRequest, listRequests, tailRequests } from "@/server/services/requests";
import { benchRuntime } from "./runtime";

const USAGE = `npx tsx test/bench/log.ts [--rows 1000000] [--url postgres://…] [--plans]
Fills a log of 30 days and 1,000 keys, and prints how long the Logs page's questions take.
--rows   how many calls (performance.md: 10000000)
--url    an empty Keyward database to use and to leave filled; else one that is thrown away
--plans  prints Postgres' plans as well`;

const ROUNDS = 9;
const KEYS = 1_000;
const DAYS = 30;

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    url: { type: "string" },
    plans: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** The statement sent last, to ask for its plan. */
let last: { query: string; parameters: unknown[] } | undefined;

async function measure(url: string): Promise<void> {
  const runtime = benchRuntime(url);
  const { owner } = runtime.databases;
  // Before the first connection: each reads it once.
  owner.$client.options.debug = (_connection, query, parameters) => {
    if (/^select/i.test(query)) last = { query, parameters };
  };
  const ctx = contextFor(runtime, { kind: "system", name: "command line" });
  const keys = await filled();
  const filter = (input: RequestFilterInput) => listRequestsSchema.parse(input);
  const list = (input: RequestFilterInput) => () =>
    listRequests(ctx, { ...filter(input), limit: 20, cursor: null });
  const chart = (input: RequestFilterInput) => () => countRequests(ctx, filter(input));
  // Near the middle of the month, and of a key that is called less than most.
  const [sample] = await owner.$client`
    select request_id as id, key_id as key, customers[1] as customer from requests
    where at > now() - interval '15 days' and customers is not null and key_id is not null limit 1`;
  const month = { period: "30d" } as const;
  const [busy, rare] = [keys[0] ?? null, keys.at(-1) ?? null] as `key_${string}`[];
  const questions: Record<string, () => Promise<unknown>> = {
    "list, last hour": list({}),
    "list, 30 days": list(month),
    "list, by key": list({ ...month, keyId: rare }),
    "list, by key and status": list({ ...month, keyId: rare, statuses: ["4xx"] }),
    "list, by a busy key and a rare status": list({ ...month, keyId: busy, statuses: ["5xx"] }),
    "list, by key and a status it never had": list({ ...month, keyId: rare, codes: ["payload_too_large"] }),
    "list, by request id": list({ requestId: sample?.id }),
    "list, by an unknown request id": list({ requestId: newId("req") }),
    "list, failures of everybody": list({ ...month, statuses: ["5xx"] }),
    "list, by code": list({ ...month, codes: ["key_invalid"] }),
    "list, by customer": list({ ...month, customerId: sample?.customer }),
    "list, by a customer without calls": list({ ...month, customerId: newId("cus") }),
    "list, last hour by an address without calls": list({ address: "203.0.113.1" }),
    "list, a day by an address without calls": list({ period: "24h", address: "203.0.113.1" }),
    "list, a day by a text that is nowhere": list({ period: "24h", search: "nowhere" }),
    "one call, by request id": () => getRequest(ctx, { requestId: sample?.id }),
    "live, one question": () => tailRequests(ctx, { ...filter({}), since: null }),
    "chart, last hour": chart({}),
    "chart, 24 hours": chart({ period: "24h" }),
    "chart, 30 days": chart(month),
    "chart, 30 days by key and status": chart({ ...month, keyId: busy, statuses: ["4xx"] }),
  };
  print(`\n| question | median | slowest |\n|---|---|---|`);
  const plans: string[] = [];
  for (const [name, ask] of Object.entries(questions)) {
    const times = await timesOf(ask);
    print(`| ${name} | ${inMs(times[Math.floor(ROUNDS / 2)])} | ${inMs(times.at(-1))} |`);
    if (values.plans && last) plans.push(`\n## ${name}\n${await planOf(last)}`);
  }
  print(plans.join("\n"));
  await runtime.databases.end();
  await runtime.limiter.close();

  /** Fills what is empty, as autovacuum would leave it. */
  async function filled(): Promise<string[]> {
    const known =
      await owner.$client`select distinct key_id as id from usage_hourly where key_id <> '' order by 1`;
    if (known.length > 0) return known.map(({ id }) => id as string);
    const ids = Array.from({ length: KEYS }, () => newId("key"));
    const [to, start] = [new Date(), performance.now()];
    const from = new Date(to.getTime() - DAYS * DAY_MS);
    await fillLog(owner, { rows: Number(values.rows), from, to, keys: ids });
    await owner.$client`vacuum analyze`;
    const [size] = await owner.$client`
      select pg_size_pretty(sum(pg_table_size(relid))) as rows, pg_size_pretty(sum(pg_indexes_size(relid))) as indexes
      from pg_partition_tree('requests')`;
    print(
      `${values.rows} calls in ${((performance.now() - start) / 1_000).toFixed(0)} s: ${size?.rows}, indexes ${size?.indexes}`,
    );
    return ids;
  }

  async function planOf({ query, parameters }: NonNullable<typeof last>): Promise<string> {
    const rows = await owner.$client.unsafe(`explain (analyze, buffers) ${query}`, parameters as never[]);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }
}

const inMs = (time: number | undefined) => `${(time ?? 0).toFixed(1)} ms`;

/** Milliseconds, the shortest first; the first round warms up and does not count. */
async function timesOf(ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    await ask();
    if (round > 0) times.push(performance.now() - start);
  }
  return times.sort((one, other) => one - other);
}

if (values.help) print(USAGE);
else if (values.url) await measure(values.url);
else {
  const directory = mkdtempSync(path.join(tmpdir(), "keyward-bench-"));
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(directory, "data"),
    logger: createLogger("warn"),
  });
  try {
    await migrateDatabase(postgres.url);
    await measure(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
