import type { Fixture } from "@test/support/fixture";
import type { Id } from "@/contracts/ids";
import { keyWithRow, start, work } from "../server/jobs/support";

/** What a call of one route takes to succeed, beyond a key that may. */
interface Sample {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
}

const GENERATION = { type: "licenses.generate", input: { product: "Editor", count: 2 } } as const;

/** A job that nobody works on before the year 9000. */
async function waiting(fixture: Fixture): Promise<Id<"job">> {
  const key = await keyWithRow(fixture);
  const sql = fixture.runtime.databases.owner.$client;
  // One statement: a worker of the mount must not take the job up in between.
  const [row] = await sql<{ id: Id<"job"> }[]>`
    insert into job_records (id, environment, type, status, input, actor_kind, actor_id, actor_name, key_id, run_after, created_at)
    select 'job_' || substr(id, 5), environment, 'licenses.export', 'queued', '{"filter":{}}', 'key', id, name, id,
      '9000-01-01', now()
    from api_keys where id = ${key.id} returning id`;
  if (!row) throw new Error("The key has no row");
  return row.id;
}

/** A job that has ended. A worker of the mount may have been faster; then it has the job's end from there. */
async function ended(fixture: Fixture): Promise<Id<"job">> {
  const { id } = await start(fixture, await keyWithRow(fixture), GENERATION);
  const sql = fixture.runtime.databases.owner.$client;
  let { status } = await work(fixture, id);
  while (status !== "succeeded") {
    if (status !== "queued" && status !== "running") throw new Error(`The sample ended as ${status}`);
    [{ status }] = await sql<[{ status: typeof status }]>`select status from job_records where id = ${id}`;
  }
  return id;
}

/** One line per route of jobs, by its id, in staging; made afresh for each call. For SAMPLES of samples.ts. */
export const JOB_SAMPLES: Record<string, (fixture: Fixture) => Sample | Promise<Sample>> = {
  "jobs.list": () => ({ query: "?limit=1&status=succeeded" }),
  "jobs.start": () => ({ body: GENERATION }),
  "jobs.get": async (fixture) => ({ params: { id: await waiting(fixture) } }),
  "jobs.cancel": async (fixture) => ({ params: { id: await waiting(fixture) } }),
  "jobs.result": async (fixture) => ({ params: { id: await ended(fixture) } }),
};
