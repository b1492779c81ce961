import autocannon from "autocannon";

const CONNECTIONS = 32;
export const WARM_UP_SECONDS = 2;
export const SECONDS = 6;
const ROUNDS = 2;

export type Requests = NonNullable<autocannon.Options["requests"]>;

/** A call with each of the keys in turn; of `GET /key` unless told otherwise. */
export function withKeys(keys: readonly string[], path = "/api/v1/production/key"): Requests {
  return keys.map((key) => ({ path, headers: { authorization: `Bearer ${key}` } }));
}

/**
 * Calls with a rotation of requests. Each connection starts elsewhere in it: in step they would all call with the same key,
 * and wait for its calls in flight.
 * @param more a rate that is kept, in place of all that the server can do
 */
export function load(
  url: string,
  requests: Requests,
  duration: number,
  more: Pick<autocannon.Options, "overallRate"> = {},
): Promise<autocannon.Result> {
  let connection = 0;
  const setupClient = (client: autocannon.Client) => {
    const start = Math.floor((requests.length * connection++) / CONNECTIONS) % requests.length;
    client.setRequests([...requests.slice(start), ...requests.slice(0, start)]);
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

/** Requests per second, the best of some rounds: on a shared machine the slower ones measure the neighbours. */
export async function throughput(url: string, requests: Requests): Promise<number> {
  await load(url, requests, WARM_UP_SECONDS);
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { requests: served } = await loadAllServed(url, requests, SECONDS);
    best = Math.max(best, served.average);
  }
  return best;
}

/** The middle one: on a shared machine some rounds measure the neighbours. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

/** Something that is called, under load. */
interface Loaded {
  url: string;
  requests: Requests;
}

/** Requests per second of two, which take turns (A B A B), so that what the machine does meanwhile meets both: the medians. */
export async function throughputInTurns(ours: Loaded, theirs: Loaded, rounds = 3): Promise<[number, number]> {
  const rates: [number[], number[]] = [[], []];
  for (const { url, requests } of [ours, theirs]) await load(url, requests, WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round++) {
    for (const [at, { url, requests }] of [ours, theirs].entries()) {
      const { requests: served } = await loadAllServed(url, requests, SECONDS);
      rates[at]?.push(served.average);
    }
  }
  return [median(rates[0]), median(rates[1])];
}
