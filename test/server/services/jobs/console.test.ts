import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { JOB_STATUSES, type JobView } from "@/contracts/jobs";
import { newId } from "@/server/core/ids";
import { getJobDetails, getJobStats, listJobs } from "@/server/services/jobs";
import { keyWithRow, start, work } from "../../jobs/support";
import { sqlOf } from "../support";

const fixture = suiteFixture();

const EXPORT = { type: "licenses.export", input: { filter: { product: "None", status: "active" } } } as const;
const found = async (search: string) => {
  const { data } = await listJobs(fixture.context(), { search, statuses: [], limit: 100 });
  return data.map(({ id }: JobView) => id);
};

describe("The console's list of jobs", () => {
  test("is searched by who started a job, and by whole ids, with wildcards taken literally", async () => {
    const key = await keyWithRow(fixture, { name: "Nightly 100% sync" });
    const context = fixture.context(key);
    const mine = await start(fixture, key, EXPORT);
    const other = await start(fixture, await keyWithRow(fixture, { name: "Nightly 100 sync" }), EXPORT);
    await sqlOf(fixture)`update job_records set request_id = ${newId("req")} where id = ${mine.id}`;
    const { requestId } = await getJobDetails(context, { id: mine.id });
    expect(await found("nightly 100% S")).toEqual([mine.id]);
    expect(await found("nightly")).toEqual([other.id, mine.id]);
    for (const id of [mine.id, key.id, requestId ?? ""]) expect(await found(id)).toEqual([mine.id]);
    expect(await found(mine.id.slice(0, -1))).toEqual([]);
  });
});

describe("The figures", () => {
  test("count each state in the environment asked for, and name the queues that have work", async () => {
    const stats = () => getJobStats(fixture.context(), { environment: "development" });
    expect(await stats()).toMatchObject({ running: 0, queued: 0, failed: 0, activeQueues: [] });
    const key = await keyWithRow(fixture, { environment: "development" });
    const [one, two, three] = [
      await start(fixture, key, EXPORT),
      await start(fixture, key, { type: "licenses.generate", input: { product: "P", count: 1 } }),
      await start(fixture, key, { type: "licenses.generate", input: { product: "P", count: 1 } }),
    ];
    expect(await stats()).toMatchObject({ running: 0, queued: 3, failed: 0 });
    expect((await stats()).activeQueues).toEqual(["default", "bulk"]);
    await work(fixture, one.id);
    await sqlOf(fixture)`update job_records set status = 'running', lease_token = 'x' where id = ${two.id}`;
    expect(await stats()).toMatchObject({ running: 1, queued: 1, failed: 0, activeQueues: ["bulk"] });
    await sqlOf(fixture)`update job_records
      set status = 'failed', finished_at = now(), lease_token = null where id in (${two.id}, ${three.id})`;
    expect(await stats()).toMatchObject({ running: 0, queued: 0, failed: 2, activeQueues: [] });
    const ended = await listJobs(fixture.context(), {
      environment: "development",
      statuses: [...JOB_STATUSES],
      limit: 9,
    });
    expect(ended.data.map(({ status }) => status)).toEqual(["failed", "failed", "succeeded"]);
  });
});

describe("A job's own page", () => {
  test("is told what the job was asked to do, until the input is purged", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, EXPORT);
    expect(await getJobDetails(fixture.context(), { id })).toMatchObject({ id, input: EXPORT.input });
    await sqlOf(fixture)`update job_records set input = '{}' where id = ${id}`;
    expect(await getJobDetails(fixture.context(), { id })).toMatchObject({ id, input: null });
  });

  test("is spared the rows of an import", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, { type: "customers.import", input: { rows: [{ email: "x" }] } });
    const details = await getJobDetails(fixture.context(), { id });
    expect(details).toMatchObject({ input: null, progress: { done: 0, total: 1 } });
  });

  test("does not exist for a key of another environment", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), EXPORT);
    const stranger = fixture.context(await keyWithRow(fixture, { environment: "production" }));
    await expect(getJobDetails(stranger, { id })).rejects.toMatchObject({ code: "not_found" });
  });
});
