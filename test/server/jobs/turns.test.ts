import { call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test, vi } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { MAX_ACTIVE_JOBS_PER_KEY } from "@/contracts/job-types";
import type { JobView } from "@/contracts/jobs";
import { PERMISSIONS } from "@/contracts/permissions";
import { jobSchema } from "@/contracts/schemas/jobs";
import type { KeyPrincipal } from "@/server/core/principal";
import { hasWork, leaseJob } from "@/server/jobs/lease";
import { startQueue } from "@/server/jobs/queue";
import { runJobs } from "@/server/jobs/run";
import { LICENSES_OF_CHUNK } from "@/server/jobs/types/generate-licenses";
import { cancelJob, getJob, retryJob } from "@/server/services/jobs";
import { sqlOf } from "../services/support";
import { keyWithRow, start, work, workerOf } from "./support";

const fixture = suiteFixture();

const generation = (count: number) =>
  ({ type: "licenses.generate", input: { product: "Turns", count } }) as const;
const oneRow = (name: string) => ({
  type: "customers.import" as const,
  input: { rows: [{ email: `${name}@turns.example` }] },
});

/** As many jobs as a key may have, each of two chunks. */
async function bulkOf(key: KeyPrincipal, jobs = MAX_ACTIVE_JOBS_PER_KEY): Promise<JobView[]> {
  const started: JobView[] = [];
  for (let job = 0; job < jobs; job++)
    started.push(await start(fixture, key, generation(LICENSES_OF_CHUNK + 1)));
  return started;
}

/** Ends what a test has left in line, so that the next one's turns are its own. */
async function endAll(): Promise<void> {
  const left = await sqlOf(fixture)<
    { id: Id<"job"> }[]
  >`select id from job_records where finished_at is null`;
  for (const { id } of left) await cancelJob(fixture.context(), { id });
}

/** Gives one turn. @returns whose job had it */
async function oneTurn(): Promise<Id<"job"> | undefined> {
  const stop = new AbortController();
  // Asked for while the turn is under way, so that it is the last.
  const turn = runJobs(workerOf(fixture), {}, stop.signal);
  stop.abort();
  const [id] = await turn;
  return id;
}

/** Whose turn it was, in the order of the turns. */
async function turns(count: number): Promise<string[]> {
  const starters: string[] = [];
  for (let turn = 0; turn < count; turn++) {
    const id = await oneTurn();
    if (id) starters.push((await getJob(fixture.context(), { id })).startedBy.id);
  }
  return starters;
}

describe("Jobs take turns", () => {
  test("by environment: an import of one row waits for one chunk, whatever production keys have in line", async () => {
    const production = [
      await keyWithRow(fixture, { environment: "production" }),
      await keyWithRow(fixture, { environment: "production" }),
    ];
    for (const key of production) await bulkOf(key);
    expect(await turns(1)).toEqual([production[0]?.id]);
    const { id } = await start(fixture, await keyWithRow(fixture), oneRow("environment"));
    await turns(1);
    expect(await getJob(fixture.context(), { id })).toMatchObject({ status: "succeeded" });
    await endAll();
  });

  test("by key and administrator within an environment, and each goes on with the job it began", async () => {
    const [one, two] = [await keyWithRow(fixture), await keyWithRow(fixture)];
    const [first] = await bulkOf(one, 3);
    const [second] = await bulkOf(two, 1);
    expect(await turns(4)).toEqual([one.id, two.id, one.id, two.id]);
    for (const job of [first, second]) {
      const { status } = await getJob(fixture.context(), { id: job?.id ?? "job_" });
      expect(status).toBe("succeeded");
    }
    await endAll();
  });

  test("exactly, also where many workers of many processes ask for the next one at the same instant", async () => {
    const keys = [
      await keyWithRow(fixture),
      await keyWithRow(fixture),
      await keyWithRow(fixture, { environment: "production" }),
    ];
    for (const key of keys) await bulkOf(key, 4);
    const leased = await Promise.all(Array.from({ length: 8 }, () => leaseJob(workerOf(fixture), {})));
    const had = keys.map(({ id }) => leased.filter((job) => job?.keyId === id).length);
    // Half for each environment, and the half of staging in halves for its two keys.
    expect(had).toEqual([2, 2, 4]);
    await endAll();
  });

  // Longer than it waits for the jobs: what is still in line then says more than a test that timed out.
  const QUEUE_TIMEOUT_MS = MINUTE_MS;
  const TEST_TIMEOUT_MS = 90_000;

  test("in the running queue: the small job is done while the bulk of another key is not", {
    timeout: TEST_TIMEOUT_MS,
  }, async () => {
    const bulk = await bulkOf(await keyWithRow(fixture, { environment: "production" }));
    const { id } = await start(fixture, await keyWithRow(fixture), oneRow("queue"));
    const queue = await startQueue(workerOf(fixture));
    try {
      const waiting = () => sqlOf(fixture)`select 1 from job_records where finished_at is null`;
      await vi.waitFor(async () => expect(await waiting()).toEqual([]), { timeout: QUEUE_TIMEOUT_MS });
    } finally {
      await queue.stop();
    }
    const rows = await sqlOf(fixture)<{ id: string; turn: number; status: string }[]>`
      select id, turn::int, status from job_records where id in ${sqlOf(fixture)([id, ...bulk.map(({ id }) => id)])} order by turn`;
    expect(rows.map(({ status }) => status)).toEqual(rows.map(() => "succeeded"));
    // Each of the others needed two chunks, so not one of them had ended before.
    expect(rows[0]?.id).toBe(id);
  });
});

test("Whether a queue has work is asked without a lock: a long transaction may hold the turns", async () => {
  await endAll();
  await sqlOf(fixture).begin(async (held) => {
    await held`select pg_advisory_xact_lock(hashtextextended('job turns', 0))`;
    expect(await hasWork(workerOf(fixture), "bulk")).toBe(false);
    await start(fixture, await keyWithRow(fixture), oneRow("asked"));
    expect(await hasWork(workerOf(fixture), "bulk")).toBe(true);
    expect(await hasWork(workerOf(fixture), "default")).toBe(false);
  });
  await endAll();
});

describe("A key has at most ten jobs that wait or run", () => {
  const body = { type: "licenses.export", input: { filter: {} } };

  test("exactly, under parallel starts; another key of the environment has its own", async () => {
    const key = await keyWithRow(fixture);
    const started = await Promise.allSettled(
      Array.from({ length: 25 }, () => start(fixture, key, generation(1))),
    );
    const refused = started.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(25 - MAX_ACTIVE_JOBS_PER_KEY);
    for (const outcome of refused) expect(outcome).toMatchObject({ reason: { code: "too_many_jobs" } });
    await start(fixture, await keyWithRow(fixture), generation(1));
    await endAll();
  });

  test("429 says when to try again, is kept under no Idempotency-Key, and ends with the first job", async () => {
    const { secret } = await fixture.key({ permissions: PERMISSIONS });
    const headers = { "idempotency-key": "eleventh" };
    const post = (headers = {}) =>
      call(inProcess(fixture), "POST", "/staging/jobs", { key: secret, body, headers });
    const ids: Id<"job">[] = [];
    for (let job = 0; job < MAX_ACTIVE_JOBS_PER_KEY; job++)
      ids.push((await post()).read(jobSchema).id as Id<"job">);
    const refused = await post(headers);
    expectProblem(refused, "too_many_jobs", { retryAfter: 10 });
    expect(refused.headers.get("retry-after")).toBe("10");
    await work(fixture, ids[0] ?? "job_");
    expect((await post(headers)).status).toBe(202);
    expect((await post()).status).toBe(429);
    await endAll();
  });

  test("also where an administrator wants one of them again", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, generation(1));
    await sqlOf(fixture)`update job_records set status = 'failed', finished_at = now() where id = ${id}`;
    await bulkOf(key);
    await expect(retryJob(fixture.context(), { id })).rejects.toMatchObject({ code: "too_many_jobs" });
    await endAll();
    expect(await retryJob(fixture.context(), { id })).toMatchObject({ status: "queued" });
  });
});
