import { type Mount, startMount } from "@test/support/mounts";
import autocannon from "autocannon";
import { generateKey } from "@/server/core/key-format";
import { makeKeys } from "./keys";
import { postmasterOf, processorTime } from "./processor-time";
import type { Result } from "./result";

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 2;
const SECONDS = 6;
const ROUNDS = 2;

type Requests = NonNullable<autocannon.Options["requests"]>;

/**
 * Calls with a rotation of requests. Each connection starts elsewhere in it: in step they would all call with the same key,
 * and wait for its calls in flight.
 */
function load(url: string, requests: Requests, duration: number): Promise<autocannon.Result> {
  let connection = 0;
  const setupClient = (client: autocannon.Client) => {
    const start = Math.floor((requests.length * connection++) / CONNECTIONS) % requests.length;
    client.setRequests([...requests.slice(start), ...requests.slice(0, start)]);
  };
  return autocannon({ url, connections: CONNECTIONS, duration, requests, setupClient });
}

/** Requests per second, the best of some rounds: on a shared machine the slower ones measure the neighbours. */
async function throughput(url: string, requests: Requests): Promise<number> {
  await load(url, requests, WARM_UP_SECONDS);
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const result = await load(url, requests, SECONDS);
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
    best = Math.max(best, result.requests.average);
  }
  return best;
}

/** What is measured of a kind of call: its requests, and what each may cost Node and Postgres, in microseconds. */
interface CostOf {
  what: string;
  requests: Requests;
  /** Bar and aim. */
  node: [number, number];
  postgres?: [number, number];
}

/** After the last call: what is written in batches belongs to the calls. */
const SETTLE_MS = 1_000;

/** Processor time per call, log and roll-up included. */
async function costs({ url, pid }: Mount, postmaster: number, of: CostOf): Promise<Result[]> {
  await load(url, of.requests, WARM_UP_SECONDS);
  let calls = 0;
  const used = await processorTime({ node: pid, postgres: postmaster }, async () => {
    const { requests, errors } = await load(url, of.requests, SECONDS);
    if (errors > 0) throw new Error(`${url}: ${errors} errors`);
    calls = requests.total;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  });
  const result = (who: "node" | "postgres", name: string, [bar, aim]: [number, number]): Result => ({
    what: `processor time of ${name} for ${of.what}`,
    figure: used[who] / calls,
    bar,
    aim,
    kind: "cost",
    detail: `microseconds, over ${calls} calls`,
  });
  return [
    result("node", "Node", of.node),
    ...(of.postgres ? [result("postgres", "Postgres", of.postgres)] : []),
  ];
}

/**
 * What authentication, limit and last use cost: `GET /key` with a thousand keys in rotation, against a Next route
 * handler that returns a constant, and against a route of the same process that does nothing; and the processor time of
 * a call, which does not depend on what else the machine does.
 */
export async function authenticateBenchmarks(databaseUrl: string): Promise<Result[]> {
  const keys = await makeKeys(databaseUrl);
  const main = await startMount("main.ts", databaseUrl, { TRUSTED_PROXIES: "0", DATABASE_POOL_SIZE: "10" });
  const rotation: Requests = keys.map((key) => ({
    path: "/api/v1/production/key",
    headers: { authorization: `Bearer ${key}` },
  }));
  const api = await throughput(main.url, rotation);
  const empty = await throughput(main.url, [{ path: "/api/health" }]);
  const postmaster = await postmasterOf(databaseUrl);
  const kinds = costsOf(rotation);
  const spent: Result[] = [];
  for (const kind of kinds) spent.push(...(await costs(main, postmaster, kind)));
  await main.stop();
  const next = await startMount("Next catch-all", databaseUrl);
  const constant = await throughput(next.url, [{ path: "/api/health" }]);
  await next.stop();
  const against = (reference: number, name: string) =>
    `${Math.round(api)}/s against ${Math.round(reference)}/s ${name}`;
  return [
    {
      what: "GET /key against a constant Next route",
      figure: api / constant,
      bar: 8,
      aim: 15,
      detail: against(constant, "of Next"),
    },
    {
      what: "GET /key against an empty route",
      figure: api / empty,
      bar: 0.5,
      aim: 0.7,
      detail: against(empty, "of nothing"),
    },
    ...spent,
  ];
}

/** The kinds of call whose cost is measured, with the bars of the design. */
function costsOf(rotation: Requests): CostOf[] {
  const unknown = { authorization: `Bearer ${generateKey("kw", "production")}` };
  return [
    { what: "GET /key, 1,000 keys", requests: rotation, node: [70, 45], postgres: [25, 12] },
    { what: "an empty public route", requests: [{ path: "/api/health" }], node: [30, 18] },
    { what: "a 404", requests: [{ path: "/api/v1/production/nothing" }], node: [60, 30] },
    { what: "a 401", requests: [{ path: "/api/v1/production/key", headers: unknown }], node: [60, 30] },
    {
      what: "GET /customers?limit=20",
      requests: rotation.map((request) => ({ ...request, path: "/api/v1/production/customers?limit=20" })),
      node: [200, 120],
      postgres: [90, 60],
    },
  ];
}
