import { startMount } from "@test/support/mounts";
import autocannon from "autocannon";
import { makeKeys } from "./keys";
import type { Result } from "./result";

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 2;
const SECONDS = 6;
const ROUNDS = 2;

type Requests = NonNullable<autocannon.Options["requests"]>;

/**
 * Requests per second, the best of some rounds: on a shared machine the slower ones measure the neighbours. Each connection
 * starts elsewhere in the rotation: in step they would all call with the same key, and wait for its calls in flight.
 */
async function throughput(url: string, requests: Requests): Promise<number> {
  const run = (duration: number) => {
    let connection = 0;
    const setupClient = (client: autocannon.Client) => {
      const start = Math.floor((requests.length * connection++) / CONNECTIONS) % requests.length;
      client.setRequests([...requests.slice(start), ...requests.slice(0, start)]);
    };
    return autocannon({ url, connections: CONNECTIONS, duration, requests, setupClient });
  };
  await run(WARM_UP_SECONDS);
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const result = await run(SECONDS);
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
    best = Math.max(best, result.requests.average);
  }
  return best;
}

/**
 * What authentication, limit and last use cost: `GET /key` with a thousand keys in rotation, against a Next route
 * handler that returns a constant, and against a route of the same process that does nothing.
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
  await main.stop();
  const next = await startMount("Next catch-all", databaseUrl);
  const constant = await throughput(next.url, [{ path: "/api/health" }]);
  await next.stop();
  const against = (reference: number, name: string) =>
    `${Math.round(api)}/s against ${Math.round(reference)}/s ${name}`;
  return [
    {
      what: "GET /key against a constant Next route",
      ratio: api / constant,
      bar: 6,
      aim: 15,
      detail: against(constant, "of Next"),
    },
    {
      what: "GET /key against an empty route",
      ratio: api / empty,
      bar: 0.3,
      aim: 0.6,
      detail: against(empty, "of nothing"),
    },
  ];
}
