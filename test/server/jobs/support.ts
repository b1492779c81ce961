import { type Fixture, keyPrincipal } from "@test/support/fixture";
import type { Sql } from "postgres";
import type { z } from "zod";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { JobView } from "@/contracts/jobs";
import { PERMISSIONS } from "@/contracts/permissions";
import { type StartJobInput, startJobSchema } from "@/contracts/schemas/job-types";
import { type CreateKeyInput, createKeySchema } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import type { KeyPrincipal } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { runJobs } from "@/server/jobs/run";
import type { ServiceContext } from "@/server/services/context";
import { getJob, getJobResult, startJob } from "@/server/services/jobs";
import { createKey } from "@/server/services/keys";
import { textsOf } from "../services/support";

/** A key with a row, as the gateway would read it: everything in staging, unless told otherwise. */
export async function keyWithRow(
  fixture: Fixture,
  input: Partial<CreateKeyInput> = {},
): Promise<KeyPrincipal> {
  const wanted = { name: "Test key", environment: "staging", permissions: PERMISSIONS, ...input } as const;
  // Whatever a policy of the suite wants approved.
  const { key } = await createKey(fixture.context(), parse(createKeySchema, wanted), "waived");
  const { id, name, environment, permissions } = key;
  return keyPrincipal({ id, name, environment, permissions, customers: input.customers ?? null });
}

/** Starts a job as a key, from input as it comes over the wire. */
export function start(
  fixture: Fixture,
  key: KeyPrincipal,
  input: z.input<typeof startJobSchema>,
): Promise<JobView> {
  return startJob(fixture.context(key), parse(startJobSchema, input) as StartJobInput);
}

/** The context in which a worker runs, on the fixture's clock. */
export function workerOf(fixture: Fixture): ServiceContext {
  return fixture.context({ kind: "system", name: "jobs" });
}

/** Works on the job in this process until it ends, or until `stop`; returns it as it is then. */
export async function work(
  fixture: Fixture,
  id: Id<"job">,
  stop: AbortSignal = new AbortController().signal,
): Promise<JobView> {
  await runJobs(workerOf(fixture), { id }, stop);
  return getJob(fixture.context(), { id });
}

/** A job whose result, with licence keys in it, is read in two stretches: of 4,000 rows and of 200. */
export async function longResult(fixture: Fixture): Promise<Id<"job">> {
  const key = await keyWithRow(fixture);
  const product = newId("lic");
  const generation = await start(fixture, key, {
    type: "licenses.generate",
    input: { product, count: 4_200 },
  });
  await work(fixture, generation.id);
  const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: { product } } });
  await work(fixture, id);
  return id;
}

type Format = "csv" | "ndjson";

/** The result of a job, as a principal gets it part by part. */
export async function resultParts(
  ctx: ServiceContext,
  id: Id<"job">,
  format: Format = "csv",
): Promise<string[]> {
  return textsOf(await getJobResult(ctx, { id, format }), ctx);
}

/** The whole of it. */
export async function resultText(ctx: ServiceContext, id: Id<"job">, format?: Format): Promise<string> {
  return (await resultParts(ctx, id, format)).join("");
}

/** Asks a worker to stop once it has done so many chunks. */
export function afterChunks(count: number): AbortSignal {
  let left = count;
  const { signal } = new AbortController();
  return Object.defineProperty(signal, "aborted", { get: () => left-- <= 0 });
}

/** A job in line, as a row without a start of its own; returns its id. */
export async function insertJob(owner: Sql, keyId: Id<"key">, environment: Environment): Promise<Id<"job">> {
  const row = { id: newId("job"), environment, type: "licenses.export", status: "queued", input: "{}" };
  const actor = { actor_kind: "key", actor_id: keyId, actor_name: "Key", key_id: keyId };
  const times = { run_after: "2023-11-23T12:00:00Z", created_at: "2023-11-23T12:00:00Z" };
  await owner`insert into job_records ${owner({ ...row, ...actor, ...times })}`;
  return row.id;
}
