import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poll } from "@/server/db/embedded/processes";
import { getJob } from "@/server/services/jobs";
import { sqlOf } from "../services/support";
import { keyWithRow, resultText, start } from "./support";

const COUNT = 10_000;
const PATIENCE_MS = 60_000;

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world?.close());

/** A worker process of the product's own queue, on the world's database. */
function startWorker() {
  const script = path.resolve("test/server/jobs/worker.ts");
  return spawn(process.execPath, ["--import", "tsx", script], {
    stdio: "inherit",
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: world.databaseUrl,
      NODE_ENV: "test",
    },
  });
}

test(
  "A worker killed with SIGKILL in the middle of 10,000 licences loses none and doubles none: another one goes on",
  async () => {
    const key = await keyWithRow(world);
    const { id } = await start(world, key, {
      type: "licenses.generate",
      input: { product: "Killed", count: COUNT },
    });
    const progress = async () => (await getJob(world.context(key), { id })).progress.done;

    const first = startWorker();
    const gone = once(first, "exit");
    await poll(async () => (await progress()) > 0 || undefined, PATIENCE_MS);
    first.kill("SIGKILL");
    await gone;
    const left = await progress();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(COUNT);

    const second = startWorker();
    const stopped = once(second, "exit");
    const ended = await poll(async () => {
      const job = await getJob(world.context(key), { id });
      return job.finishedAt === null ? undefined : job;
    }, PATIENCE_MS);
    second.kill("SIGTERM");
    expect((await stopped)[0]).toBe(0);

    expect(ended).toMatchObject({
      status: "succeeded",
      progress: { done: COUNT, total: COUNT },
      attempts: 2,
    });
    const [made] = await sqlOf(world)<[{ count: number; keys: number }]>`
      select count(*)::int as count, count(distinct key)::int as keys from licenses where product = 'Killed'`;
    expect(made).toEqual({ count: COUNT, keys: COUNT });
    const text = await resultText(world.context(), id);
    expect(new Set(text.trimEnd().split("\r\n")).size).toBe(COUNT + 1);
  },
  3 * PATIENCE_MS,
);
