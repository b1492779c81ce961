import { createKeySchema } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { runJobs } from "@/server/jobs/run";
import { getJob, startJob } from "@/server/services/jobs";
import { createKey } from "@/server/services/keys";
import { generateLicenseKey } from "@/server/services/licenses/internal/license-key";
import type { Result } from "./result";
import { inTurns, onRuntime, perSecond } from "./runtime";

const COUNT = 10_000;
const ROUNDS = 4;
const PRODUCT = "Benchmark";

/**
 * What a job of 10,000 licences costs beyond its rows: the whole job, from taking it up to its compressed result, under
 * row-level security as the key that started it, against one plain statement that inserts rows made beforehand.
 */
export function licenseBenchmarks(databaseUrl: string): Promise<Result[]> {
  return onRuntime(databaseUrl, async ({ runtime, context }) => {
    const sql = runtime.databases.owner.$client;
    const settings = {
      name: "Bench",
      environment: "production",
      permissions: ["licenses:manage", "jobs:write"],
    };
    const { key } = await createKey(context(), parse(createKeySchema, settings));
    const { id, name, environment, permissions } = key;
    const caller = context({ kind: "key", id, name, environment, permissions, customers: null });
    const worker = context({ kind: "system", name: "jobs" });
    // Each round begins with an empty table: what an index costs depends on what is in it.
    const emptied = () => sql`truncate licenses cascade`;

    const asJob = async () => {
      await emptied();
      const input = { product: PRODUCT, count: COUNT };
      const job = await startJob(caller, { type: "licenses.generate", input });
      const rate = await perSecond(COUNT, () =>
        runJobs(worker, { id: job.id }, new AbortController().signal),
      );
      const { status, progress } = await getJob(caller, { id: job.id });
      if (status !== "succeeded" || progress.done !== COUNT) throw new Error(`The job is ${status}`);
      return rate;
    };
    const plain = async () => {
      await emptied();
      const rows = Array.from({ length: COUNT }, () => ({ id: newId("lic"), key: generateLicenseKey() }));
      const ids = rows.map((row) => row.id);
      const keys = rows.map((row) => row.key);
      return perSecond(
        COUNT,
        () => sql`
          insert into licenses (id, environment, key, product, created_at, updated_at)
          select wanted.id, ${environment}, wanted.key, ${PRODUCT}, now(), now()
          from unnest(${ids}::text[], ${keys}::text[]) as wanted (id, key)`,
      );
    };
    const { ours, reference } = await inTurns(ROUNDS, asJob, plain);
    return [
      {
        what: "job of 10,000 licences against one plain INSERT of them",
        figure: ours / reference,
        bar: 0.5,
        aim: 0.7,
        detail: `${Math.round(ours)} licences/s (at least 5000) against ${Math.round(reference)}/s`,
      },
    ];
  });
}
