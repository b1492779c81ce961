import { suiteFixture } from "@test/support/suite";
import { sql } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import type { Id } from "@/contracts/ids";
import { BACKGROUND_LIMITS } from "@/server/database/time-limits";
import { leaseJob } from "@/server/jobs/lease";
import { runJobs } from "@/server/jobs/run";
import { LICENSES_OF_CHUNK } from "@/server/jobs/types/generate-licenses";
import { cancelJob, getJob, getJobResult, retryJob } from "@/server/services/jobs";
import { deleteKey, revokeKey } from "@/server/services/keys";
import { everyRow, sqlOf } from "../services/support";
import { afterChunks, keyWithRow, resultText, start, work, workerOf } from "./support";

const SEVERAL_CHUNKS = 2 * LICENSES_OF_CHUNK + 100;

const fixture = suiteFixture();

const generation = (count: number, product = "Editor") =>
  ({ type: "licenses.generate", input: { product, count } }) as const;

async function countOf(product: string): Promise<number> {
  const [row] = await sqlOf(fixture)<[{ count: number }]>`
    select count(*)::int as count from licenses where product = ${product}`;
  return row.count;
}

async function linesOf(id: Id<"job">): Promise<string[]> {
  const text = await resultText(fixture.context(), id);
  expect(text.endsWith("\r\n")).toBe(true);
  return text.slice(0, -2).split("\r\n");
}

describe("licenses.generate", () => {
  test("makes exactly the licences asked for, over several chunks, and lists each once in the result", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, {
      type: "licenses.generate",
      input: {
        product: "Exact",
        count: 4_200,
        activationLimit: 3,
        validityDays: 1,
        features: ['a "b",c', "d"],
      },
    });

    const job = await work(fixture, id);
    expect(job).toMatchObject({ status: "succeeded", progress: { done: 4_200, total: 4_200 }, attempts: 1 });
    expect(await countOf("Exact")).toBe(4_200);
    const [header, ...lines] = await linesOf(id);
    expect(header).toBe("id,key");
    const stored = await sqlOf(fixture)<{ line: string; features: string[]; expires_at: string }[]>`
      select id || ',' || key as line, features, expires_at from licenses where product = 'Exact'`;
    expect(lines.sort()).toEqual(stored.map(({ line }) => line).sort());
    expect(stored[0]?.features).toEqual(['a "b",c', "d"]);
    expect(stored[0]?.expires_at).toBe("2023-11-24 12:30:30+00");
  });

  test("keeps its licence keys in the licences and the result, and in no other row and no line of the log", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), generation(3, "Masked"));
    await work(fixture, id);
    await fixture.runtime.requestLog.flush();
    const keys = await sqlOf(fixture)<{ key: string }[]>`select key from licenses where product = 'Masked'`;
    expect(keys).toHaveLength(3);
    const rows = await everyRow(fixture);
    const result = (await linesOf(id)).slice(1).map((line) => line.split(",")[1]);
    expect(result.sort()).toEqual(keys.map(({ key }) => key).sort());
    const holding = (text: string) =>
      Object.keys(rows).filter((table) => JSON.stringify(rows[table]).includes(text));
    for (const table of ["job_records", "audit_events"]) expect(rows[table], table).not.toEqual([]);
    for (const { key } of keys) {
      // The result is kept compressed, where no search finds anything.
      expect(holding(key)).toEqual(["licenses"]);
      expect(fixture.log()).not.toContain(key);
    }
  });

  test("goes on after the last whole chunk where another worker left off", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), generation(SEVERAL_CHUNKS, "Resumed"));
    const paused = await work(fixture, id, afterChunks(1));
    expect(paused).toMatchObject({ status: "running", progress: { done: LICENSES_OF_CHUNK }, attempts: 1 });
    expect(await countOf("Resumed")).toBe(LICENSES_OF_CHUNK);
    expect(await work(fixture, id)).toMatchObject({
      status: "succeeded",
      progress: { done: SEVERAL_CHUNKS },
    });
    expect(await countOf("Resumed")).toBe(SEVERAL_CHUNKS);
    expect(await linesOf(id)).toHaveLength(1 + SEVERAL_CHUNKS);
  });
});

describe("A worker", () => {
  test("of a key's job holds the pool that calls use to statements of at most fifteen seconds", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), generation(1, "Patient"));
    const answered = vi.spyOn(fixture.runtime.databases.api.staging.watch, "answered");
    await runJobs({ ...workerOf(fixture), limits: BACKGROUND_LIMITS }, { id }, new AbortController().signal);
    const statements = answered.mock.calls.map(([{ statement }]) => statement);
    answered.mockRestore();
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) expect(statement).toBeLessThanOrEqual(15_000);
  });

  test("never runs a job that another one holds, and takes it over once the lease has ended", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), generation(1, "Held"));
    const held = await leaseJob(workerOf(fixture), { id });
    expect(held?.status).toBe("running");
    expect((await runJobs(workerOf(fixture), { id }, new AbortController().signal)).size).toBe(0);
    fixture.clock.advance(5);
    expect(await work(fixture, id)).toMatchObject({ status: "succeeded", attempts: 2 });
    expect(await countOf("Held")).toBe(1);
  });

  test("of many at once, one does each chunk of a job", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), generation(SEVERAL_CHUNKS, "Raced"));
    const never = new AbortController().signal;
    await Promise.all(Array.from({ length: 8 }, () => runJobs(workerOf(fixture), { id }, never)));
    expect(await getJob(fixture.context(), { id })).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(await countOf("Raced")).toBe(SEVERAL_CHUNKS);
    expect(await linesOf(id)).toHaveLength(1 + SEVERAL_CHUNKS);
  });

  test("gives a job up that ended its process three times", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), generation(1, "Poison"));
    for (let attempt = 1; attempt <= 3; attempt++) {
      await leaseJob(workerOf(fixture), { id });
      fixture.clock.advance(6);
    }
    expect(await work(fixture, id)).toMatchObject({ status: "failed", error: { code: "internal" } });
    expect(await countOf("Poison")).toBe(0);
  });
});

describe("A job whose key", () => {
  test.each([
    ["was revoked", "key_revoked", (id: Id<"key">) => revokeKey(fixture.context(), { id, reason: "" })],
    [
      "has expired",
      "key_expired",
      (id: Id<"key">) => sqlOf(fixture)`update api_keys set expires_at = '2023-01-01' where id = ${id}`,
    ],
    [
      "was deleted",
      "key_invalid",
      async (id: Id<"key">) => {
        await revokeKey(fixture.context(), { id, reason: "" });
        await deleteKey(fixture.context(), { id, name: "Test key" });
      },
    ],
    [
      "lost the permission",
      "permission_denied",
      (id: Id<"key">) => sqlOf(fixture)`update api_keys set permissions = '{jobs:write}' where id = ${id}`,
    ],
    [
      "was restricted to customers",
      "customer_out_of_scope",
      (id: Id<"key">) => sqlOf(fixture)`update api_keys set customer_scoped = true where id = ${id}`,
    ],
  ])("%s between two chunks fails before the next one, with a clear error", async (_what, code, deed) => {
    const product = `Cut ${code}`;
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, generation(SEVERAL_CHUNKS, product));
    await work(fixture, id, afterChunks(1));
    await deed(key.id);
    const job = await work(fixture, id);
    expect(job).toMatchObject({ status: "failed", progress: { done: LICENSES_OF_CHUNK }, error: { code } });
    expect(await countOf(product)).toBe(LICENSES_OF_CHUNK);
  });
});

describe("A cancelled job", () => {
  test("stops between two chunks, and what it did is what it says it did", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, generation(10_000, "Cancelled"));
    const running = runJobs(workerOf(fixture), { id }, new AbortController().signal);
    await vi.waitFor(
      async () => expect((await getJob(fixture.context(key), { id })).progress.done).toBeGreaterThan(0),
      { timeout: 20_000, interval: 10 },
    );
    const cancelled = await cancelJob(fixture.context(key), { id });
    expect(cancelled.status).toBe("cancelled");
    await running;
    const after = await getJob(fixture.context(key), { id });
    expect(after).toEqual(cancelled);
    expect(after.progress.done).toBeLessThan(10_000);
    expect(await countOf("Cancelled")).toBe(after.progress.done);
  });

  test("cannot be cancelled again, retried or asked for a result", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, generation(1));
    await cancelJob(fixture.context(key), { id });
    const refused = expect.objectContaining({ code: "invalid_state" });
    await expect(cancelJob(fixture.context(key), { id })).rejects.toEqual(refused);
    await expect(retryJob(fixture.context(), { id })).rejects.toEqual(refused);
    await expect(getJobResult(fixture.context(key), { id })).rejects.toEqual(refused);
    expect(await work(fixture, id)).toMatchObject({ status: "cancelled", attempts: 0 });
  });
});

describe("A fault", () => {
  test("is tried three times with growing pauses, then fails with a stack for administrators; retry resumes it", async () => {
    const { id } = await start(fixture, await keyWithRow(fixture), generation(SEVERAL_CHUNKS, "Faulty"));
    await work(fixture, id, afterChunks(1));
    const db = fixture.runtime.databases.owner;
    await db.execute(sql`create function broken() returns trigger language plpgsql as $$
      begin if new.product = 'Faulty' then raise exception 'secret %', new.key; end if; return new; end $$`);
    await db.execute(
      sql`create trigger broken before insert on licenses for each row execute function broken()`,
    );
    expect(await work(fixture, id)).toMatchObject({
      status: "queued",
      attempts: 1,
      error: { code: "internal" },
    });
    expect((await runJobs(workerOf(fixture), { id }, new AbortController().signal)).size).toBe(0);
    fixture.clock.advance(2);
    expect(await work(fixture, id)).toMatchObject({ status: "queued", attempts: 2 });
    fixture.clock.advance(2);
    expect((await runJobs(workerOf(fixture), { id }, new AbortController().signal)).size).toBe(0);
    fixture.clock.advance(6);
    const failed = await work(fixture, id);
    expect(failed).toMatchObject({ status: "failed", attempts: 3, progress: { done: LICENSES_OF_CHUNK } });
    expect(failed.stack).toMatch(/^PostgresError P0001\n\s+at /);
    expect(failed.stack).not.toContain("secret");
    await db.execute(sql`drop trigger broken on licenses`);
    expect(await retryJob(fixture.context(), { id })).toMatchObject({ status: "queued", error: null });
    expect(await work(fixture, id)).toMatchObject({
      status: "succeeded",
      progress: { done: SEVERAL_CHUNKS },
    });
    expect(await countOf("Faulty")).toBe(SEVERAL_CHUNKS);
  });
});
