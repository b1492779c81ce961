import { sqlOf } from "@test/server/services/support";
import { call, overNetwork } from "@test/support/calls";
import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { jobSchema } from "@/contracts/schemas/jobs";

const COUNT = 10_000;
const PATIENCE_MS = MINUTE_MS;

let fixture: Fixture;
let mount: Mount | undefined;

beforeEach(async () => {
  fixture = await createFixture({}, new Date());
});
afterEach(async () => {
  await mount?.stop();
  await fixture?.close();
});

/** The job's row and the licences at one instant, read from the database, which needs no process of Keyward's. */
async function rowOf(id: Id<"job">) {
  const [row] = await sqlOf(fixture)<
    { status: string; done: number; attempts: number; finished: boolean; licenses: number }[]
  >`
    select status, done, attempts, finished_at is not null as finished, (select count(*)::int from licenses) as licenses
    from job_records where id = ${id}`;
  if (!row) throw new Error("The job is gone");
  return row;
}

test.each([
  // Killed within a turn, which is another attempt then, or between two.
  { how: "SIGKILL", end: (mount: Mount) => mount.kill(), attempts: [1, 2] },
  // The process stops between two turns, so that it is still the same attempt.
  { how: "SIGTERM", end: (mount: Mount) => mount.stop(), attempts: [1] },
])(
  "$how in the middle of 10,000 licences loses none and doubles none: the next process goes on",
  async ({ end, attempts }) => {
    const { secret } = await fixture.key({ permissions: ["licenses:manage", "jobs:write"] });
    mount = await startMount("main.ts", fixture.databaseUrl);
    const body = { type: "licenses.generate", input: { product: "Killed", count: COUNT } };
    const started = await call(overNetwork(mount), "POST", "/staging/jobs", { key: secret, body });
    expect(started.status, started.text).toBe(202);
    const { id } = started.read(jobSchema);

    const begun = async () => expect((await rowOf(id)).done).toBeGreaterThan(0);
    await vi.waitFor(begun, { timeout: PATIENCE_MS, interval: 10 });
    await end(mount);
    const interrupted = await rowOf(id);
    expect(interrupted).toMatchObject({ status: "running", attempts: 1 });
    expect(interrupted.done).toBeGreaterThan(0);
    expect(interrupted.done).toBeLessThan(COUNT);
    expect(interrupted.licenses).toBe(interrupted.done);

    mount = await startMount("main.ts", fixture.databaseUrl);
    await vi.waitFor(async () => expect((await rowOf(id)).finished).toBe(true), { timeout: PATIENCE_MS });
    const ended = await rowOf(id);
    expect(ended).toMatchObject({ status: "succeeded", done: COUNT });
    expect(attempts).toContain(ended.attempts);

    const licenses = await sqlOf(fixture)<{ id: string; key: string }[]>`select id, key from licenses`;
    expect(licenses).toHaveLength(COUNT);
    expect(new Set(licenses.map(({ key }) => key)).size).toBe(COUNT);
    const result = await call(overNetwork(mount), "GET", `/staging/jobs/${id}/result`, { key: secret });
    expect(result.status).toBe(200);
    const [header, ...lines] = result.text.trimEnd().split("\r\n");
    expect(header).toBe("id,key");
    expect(lines.sort()).toEqual(licenses.map(({ id, key }) => `${id},${key}`).sort());
  },
  4 * PATIENCE_MS,
);
