import { startMount } from "@test/support/mounts";
import { makeKeys } from "./keys";
import { load, loadAllServed, type Requests, throughput, WARM_UP_SECONDS, withKeys } from "./load";
import { median } from "./median";
import type { Result } from "./result";

const SECONDS = 8;
const ROUNDS = 3;

/** How long the slowest of a hundred calls take, at half of what the server can do, against those of an empty route. */
export async function latencyBenchmarks(databaseUrl: string): Promise<Result[]> {
  const keys = await makeKeys(databaseUrl);
  const { url, stop } = await startMount("main.ts", databaseUrl, {
    TRUSTED_PROXIES: "0",
    DATABASE_POOL_SIZE: "10",
  });
  try {
    const calls: Requests = withKeys(keys);
    const empty: Requests = [{ path: "/api/health" }];
    const overallRate = Math.round((await throughput(url, calls)) / 2);
    await load(url, empty, WARM_UP_SECONDS);
    // At the same rate: more calls would be another load. In turns, so that what the machine does meanwhile meets both.
    const slowest = { calls: [] as number[], empty: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, requests] of [
        ["calls", calls],
        ["empty", empty],
      ] as const) {
        // As measured: for one first answer that is late because connections are being made, the generator would put in
        // some hundred calls that it never sent.
        const rate = { overallRate, ignoreCoordinatedOmission: true };
        const { latency } = await loadAllServed(url, requests, SECONDS, rate);
        slowest[name].push(latency.p99);
      }
    }
    const [ours, nothing] = [median(slowest.calls), Math.max(median(slowest.empty), 1)];
    return [
      {
        what: "p99 of GET /key at half of the peak load, times that of an empty route",
        figure: ours / nothing,
        bar: 3,
        aim: 1.5,
        kind: "cost",
        detail: `${ours} ms against ${nothing} ms at ${overallRate}/s; the generator counts whole milliseconds`,
      },
    ];
  } finally {
    await stop();
  }
}
