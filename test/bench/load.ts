import autocannon from "autocannon";
import { mediansInTurns } from "./median";

const CONNECTIONS = 32;
export const WARM_UP_SECONDS = 2;
export const SECONDS = 6;
/** Of each, where several take turns. */
const ROUNDS = 3;

export type Requests = NonNullable<autocannon.Options["requests"]>;

/** A call with each of the keys in turn; of `GET /key` unless told otherwise. */
export function withKeys(keys: readonly string[], path = "/api/v1/production/key"): Requests {
  return keys.map((key) => ({ path, headers: { authorization: `Bearer ${key}` } }));
}

/**
 * Calls with a rotation of requests, of which each connection has its share: in step they would all call with the same key,
 * and wait for its calls in flight.
 * @param more a rate that is kept, in place of all that the server can do
 */
export function load(
  url: string,
  requests: Requests,
  duration: number,
  more: Pick<autocannon.Options, "overallRate" | "ignoreCoordinatedOmission"> = {},
): Promise<autocannon.Result> {
  let connection = 0;
  const setupClient = (client: autocannon.Client) => {
    const start = Math.floor((requests.length * connection++) / CONNECTIONS) % requests.length;
    // Its share of them: to make all of a thousand ready for each connection takes the generator half a second, in which it
    // counts calls as late that it has not sent.
    client.setRequests(requests.slice(start, start + Math.ceil(requests.length / CONNECTIONS)));
  };
  return autocannon({ url, connections: CONNECTIONS, duration, requests, setupClient, ...more });
}

/** Calls as {@link load} does. @throws Error where one is refused or fails: refusals are cheaper than what is measured */
export async function loadAllServed(...args: Parameters<typeof load>): Promise<autocannon.Result> {
  const result = await load(...args);
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${args[0]}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result;
}

/** Something that is called, under load. */
export interface Loaded {
  url: string;
  requests: Requests;
}

/** Requests per second of each, which take turns: the medians. */
export async function throughputInTurns(loads: readonly Loaded[], rounds = ROUNDS): Promise<number[]> {
  for (const { url, requests } of loads) await load(url, requests, WARM_UP_SECONDS);
  const measures = loads.map(({ url, requests }) => async () => {
    const { requests: served } = await loadAllServed(url, requests, SECONDS);
    return served.average;
  });
  return mediansInTurns(rounds, measures);
}

/** Requests per second of one alone. */
export async function throughput(url: string, requests: Requests, rounds = ROUNDS): Promise<number> {
  return (await throughputInTurns([{ url, requests }], rounds))[0] ?? Number.NaN;
}
