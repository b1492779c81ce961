// @module-tag long
import type { Fixture } from "@test/support/fixture";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { MOUNTS, type Mount } from "@test/support/mounts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Id } from "@/contracts/ids";
import { LICENSES_OF_CHUNK } from "@/server/jobs/types/generate-licenses";
import { getJob } from "@/server/services/jobs";
import { signedIn } from "../trpc/support";
import { keyWithRow, start, work } from "./support";

const CRON_SECRET = "a secret of the scheduler";

describe.each(MOUNTS)("mounted as %s", (name) => {
  let mounted: MountedFixture;
  let fixture: Fixture;
  let mount: Mount;

  beforeAll(async () => {
    mounted = await createMountedFixture(name, { CRON_SECRET });
    ({ fixture: fixture, mount } = mounted);
  });
  afterAll(() => mounted?.close());

  const untilFinished = (key: Parameters<Fixture["context"]>[0], id: Id<"job">) =>
    vi.waitFor(
      async () => {
        const job = await getJob(fixture.context(key), { id });
        expect(job.finishedAt).not.toBeNull();
        return job;
      },
      { timeout: 20_000 },
    );
  const cron = (authorization: string) => fetch(`${mount.url}/api/cron/jobs`, { headers: { authorization } });

  test("a job is worked on: by the process itself, or by the scheduler's call, which needs the secret", async () => {
    const key = await keyWithRow(fixture);
    const input = { product: "Mounted", count: LICENSES_OF_CHUNK + 1 };
    const { id } = await start(fixture, key, { type: "licenses.generate", input });
    expect((await cron("Bearer wrong")).status).toBe(401);
    if (name !== "main.ts")
      expect(await (await cron(`Bearer ${CRON_SECRET}`)).json()).toMatchObject({ worked: 1 });
    expect(await untilFinished(key, id)).toMatchObject({ status: "succeeded", attempts: 1 });
  });

  test("a result is a file for an administrator with a session who may see licence keys, and for nobody else", async () => {
    const key = await keyWithRow(fixture);
    const filter = { product: "Nothing" };
    const { id } = await start(fixture, key, { type: "licenses.export", input: { filter } });
    await work(fixture, id);
    await untilFinished(key, id);
    const get = (cookie: string, job: string = id) =>
      fetch(`${mount.url}/api/jobs/${job}/result`, { headers: { cookie, origin: mount.url } });
    expect((await get("")).status).toBe(401);
    expect((await get((await signedIn(fixture, "viewer")).cookie)).status).toBe(403);
    const { cookie } = await signedIn(fixture, "operator");
    const answer = await get(cookie);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.text()).toMatch(/^id,key,product,/);
    expect((await get(cookie, `job_${"0".repeat(26)}`)).status).toBe(404);
    expect((await get(cookie, "nonsense")).status).toBeLessThan(500);
  });
});
