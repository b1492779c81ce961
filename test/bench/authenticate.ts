import { type Mount, startMount } from "@test/support/mounts";
import { generateKey } from "@/server/core/key-format";
import { makeCustomers, makeKeys } from "./keys";
import { load, type Requests, SECONDS, throughputInTurns, WARM_UP_SECONDS, withKeys } from "./load";
import { startPeer } from "./peer-process";
import { postmasterOf, processorTime } from "./processor-time";
import type { Result } from "./result";

/**
 * What is measured of a kind of call: its requests, and what each may cost Node and Postgres, in microseconds of the machine
 * on which the bars were set.
 */
interface CostOf {
  what: string;
  requests: Requests;
  /** Bar and aim. */
  node: [number, number];
  postgres?: [number, number];
}

/** What Node's own server took for a constant on the machine on which the bars were set, in microseconds. */
const CONSTANT_US = 10;

/** After the last call: what is written in batches belongs to the calls. */
const SETTLE_MS = 1_000;

/** Processor time per call, in microseconds, and the calls. */
async function timePerCall<Names extends string>(
  url: string,
  requests: Requests,
  roots: Record<Names, number>,
): Promise<{ used: Record<Names, number>; calls: number }> {
  await load(url, requests, WARM_UP_SECONDS);
  let calls = 0;
  const used = await processorTime(roots, async () => {
    const { requests: served, errors } = await load(url, requests, SECONDS);
    if (errors > 0) throw new Error(`${url}: ${errors} errors`);
    calls = served.total;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  });
  for (const name in used) used[name] /= calls;
  return { used, calls };
}

/**
 * Processor time per call of each kind, log and roll-up included. Before and after each the machine is measured: what Node's
 * own server takes for a constant, by which the bars are scaled. A microsecond of another machine is not worth the same, nor
 * is one of this machine a minute later, where others share its processors.
 */
async function costsInTurns(main: Mount, postmaster: number, kinds: readonly CostOf[]): Promise<Result[]> {
  const constant = await startPeer("constant.mjs");
  const constantUs = async () =>
    (await timePerCall(constant.url, [{ path: "/" }], { node: constant.pid })).used.node;
  const results: Result[] = [];
  let before = await constantUs();
  for (const kind of kinds) {
    const spent = await timePerCall(main.url, kind.requests, { node: main.pid, postgres: postmaster });
    const after = await constantUs();
    results.push(...costsOf(kind, spent, (before + after) / 2));
    before = after;
  }
  await constant.stop();
  return results;
}

/** @param unit what a constant takes on this machine */
function costsOf(
  of: CostOf,
  { used, calls }: { used: Record<"node" | "postgres", number>; calls: number },
  unit: number,
): Result[] {
  const scale = unit / CONSTANT_US;
  const result = (who: "node" | "postgres", name: string, [bar, aim]: [number, number]): Result => ({
    what: `processor time of ${name} for ${of.what}`,
    figure: used[who],
    unit: "us",
    bar: bar * scale,
    aim: aim * scale,
    kind: "cost",
    detail: `over ${calls} calls; bar ${bar} us where Node's own server takes ${CONSTANT_US} us for a constant, here ${unit.toFixed(1)}`,
  });
  return [
    result("node", "Node", of.node),
    ...(of.postgres ? [result("postgres", "Postgres", of.postgres)] : []),
  ];
}

/**
 * What authentication, limit and last use cost: `GET /key` with a thousand keys in rotation, against a Next route
 * handler that returns a constant, and against a route of the same process that does nothing; and the processor time of
 * a call, which does not depend on what else the machine does, but on what kind of machine it is.
 */
export async function authenticateBenchmarks(databaseUrl: string): Promise<Result[]> {
  const keys = await makeKeys(databaseUrl);
  await makeCustomers(databaseUrl);
  const main = await startMount("main.ts", databaseUrl, { TRUSTED_PROXIES: "0", DATABASE_POOL_SIZE: "10" });
  const next = await startMount("Next catch-all", databaseUrl);
  const rotation = withKeys(keys);
  const nothing = [{ path: "/api/health" }];
  const gate = withKeys(keys, "/api/v1/production/gate?permission=customers:read");
  const verify = await verifications(databaseUrl, keys);
  const [
    api = Number.NaN,
    empty = Number.NaN,
    constant = Number.NaN,
    gated = Number.NaN,
    verified = Number.NaN,
  ] = await throughputInTurns([
    { url: main.url, requests: rotation },
    { url: main.url, requests: nothing },
    { url: next.url, requests: nothing },
    { url: main.url, requests: gate },
    { url: main.url, requests: verify },
  ]);
  await next.stop();
  const postmaster = await postmasterOf(databaseUrl);
  const spent = await costsInTurns(main, postmaster, [
    ...kindsOf(rotation),
    { what: "GET /gate, 1,000 keys", requests: gate, node: [75, 48], postgres: [25, 12] },
    { what: "POST /keys/verify of 1,000 keys", requests: verify, node: [130, 80], postgres: [30, 18] },
  ]);
  await main.stop();
  const against = (reference: number, name: string, rate = api) =>
    `${Math.round(rate)}/s against ${Math.round(reference)}/s ${name}, medians of turns`;
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
    {
      what: "GET /gate against GET /key",
      figure: gated / api,
      bar: 0.9,
      aim: 1,
      detail: against(api, "of GET /key", gated),
    },
    {
      what: "POST /keys/verify by one service against GET /key",
      figure: verified / api,
      bar: 0.4,
      aim: 0.6,
      detail: against(api, "of GET /key", verified),
    },
    ...spent,
  ];
}

/** What one service asks of each of the keys in turn. */
async function verifications(databaseUrl: string, keys: readonly string[]): Promise<Requests> {
  const [service] = await makeKeys(databaseUrl, { count: 1, permission: "keys:verify" });
  const headers = { authorization: `Bearer ${service}`, "content-type": "application/json" };
  const path = "/api/v1/production/keys/verify";
  return keys.map((key) => {
    const body = JSON.stringify({ key, permission: "customers:read", ip: "203.0.113.7" });
    return { method: "POST", path, headers, body };
  });
}

/** The kinds of call whose cost is measured, with the bars of the design. */
function kindsOf(rotation: Requests): CostOf[] {
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
