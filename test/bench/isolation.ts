import { newId } from "@/server/core/ids";
import { contextFor } from "@/server/platform";
import type { ServiceContext } from "@/server/services/context";
import { listCustomers } from "@/server/services/customers";
import { benchPlatform } from "./fill";
import type { Result } from "./main";

const QUERIES = 4_000;
const PARALLEL = 8;
const ROUNDS = 3;

/** Lists per second as the given principal. */
async function listsPerSecond(ctx: ServiceContext): Promise<number> {
  const start = performance.now();
  const worker = async () => {
    for (let query = 0; query < QUERIES / PARALLEL; query++) {
      await listCustomers(ctx, { environment: "production", limit: 20 });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return (QUERIES / (performance.now() - start)) * 1_000;
}

/** What row-level security costs a list of customers: the same query as a key, and as the owner with the filter written out. */
export async function isolationBenchmarks(databaseUrl: string): Promise<Result[]> {
  const platform = benchPlatform(databaseUrl);
  const owner = contextFor(platform, { kind: "system", name: "command line" });
  const key = contextFor(platform, {
    kind: "key",
    id: newId("key"),
    name: "bench",
    environment: "production",
    permissions: ["customers:read"],
    customers: null,
  });
  // In turns, and the best of each: what is compiled or cached by the first must not favour the second.
  const best = { owner: 0, key: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    best.owner = Math.max(best.owner, await listsPerSecond(owner));
    best.key = Math.max(best.key, await listsPerSecond(key));
  }
  await platform.databases.end();
  await platform.limiter.close();
  const detail = `${Math.round(best.key)}/s against ${Math.round(best.owner)}/s`;
  return [
    {
      what: "list of customers under row-level security",
      ratio: best.key / best.owner,
      bar: 0.8,
      aim: 0.95,
      detail,
    },
  ];
}
