import { startMount } from "@test/support/mounts";
import { makeKeys } from "./keys";
import { throughputInTurns, withKeys } from "./load";
import type { Result } from "./result";

/** What a second worker adds on two processors. Postgres and the load generator share them, here as in all benchmarks. */
export async function workerBenchmarks(databaseUrl: string): Promise<Result[]> {
  const requests = withKeys(await makeKeys(databaseUrl));
  const serve = (workers: number) =>
    startMount("main.ts", databaseUrl, {
      WORKERS: String(workers),
      // In memory in both: a Redis beside would be a fourth that wants a processor.
      ALLOW_PER_PROCESS_LIMITS: "true",
      TRUSTED_PROXIES: "0",
      DATABASE_POOL_SIZE: "10",
    });
  const [two, one] = [await serve(2), await serve(1)];
  try {
    const rates = await throughputInTurns([two, one].map(({ url }) => ({ url, requests })));
    const [ours = Number.NaN, alone = Number.NaN] = rates;
    return [
      {
        what: "two workers against one",
        figure: ours / alone,
        bar: 1.6,
        aim: 1.9,
        detail: `${Math.round(ours)}/s against ${Math.round(alone)}/s, medians of turns; load generator and Postgres share the processors`,
      },
    ];
  } finally {
    await two.stop();
    await one.stop();
  }
}
