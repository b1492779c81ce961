import { gzipSync } from "node:zlib";
import { afterChunks, work } from "@test/server/jobs/support";
import { type Answer, call, expectFieldErrors, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { PERMISSIONS, type Permission } from "@/contracts/permissions";
import { jobSchema } from "@/contracts/schemas/jobs";
import { LICENSES_OF_CHUNK } from "@/server/jobs/types/generate-licenses";
import { revokeKey } from "@/server/services/keys";

const fixture = suiteFixture();
const api = inProcess(fixture);

async function secretOf(permissions: readonly Permission[] = PERMISSIONS) {
  return (await fixture.key({ permissions: [...permissions], rateLimits: { minute: 100_000 } })).secret;
}

function post(key: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return call(api, "POST", "/staging/jobs", { key, body, headers });
}

const GENERATION = { type: "licenses.generate", input: { product: "Editor", count: 2 } };
const idOf = (answer: Answer) => answer.read(jobSchema).id as Id<"job">;

describe("POST /jobs", () => {
  test("202 puts the job in line and says where to watch it", async () => {
    const key = await secretOf();
    const answer = await post(key, GENERATION);
    expect(answer.status, answer.text).toBe(202);
    const job = answer.read(jobSchema.strict());
    expect(job).toMatchObject({
      type: "licenses.generate",
      status: "queued",
      progress: { done: 0, total: 2 },
      outcome: null,
      attempts: 0,
      error: null,
      requestId: answer.headers.get("x-request-id"),
      startedAt: null,
      finishedAt: null,
    });
    expect(answer.headers.get("location")).toBe(`/api/v1/staging/jobs/${job.id}`);
    const seen = await call(api, "GET", `/staging/jobs/${job.id}`, { key });
    expect(seen.json).toEqual(answer.json);
  });

  test("202 again with the same Idempotency-Key is the same job", async () => {
    const key = await secretOf();
    const [one, two] = [
      await post(key, GENERATION, { "idempotency-key": "once" }),
      await post(key, GENERATION, { "idempotency-key": "once" }),
    ];
    expect(idOf(two)).toBe(idOf(one));
    expect(two.headers.get("idempotency-replayed")).toBe("true");
    const list = await call(api, "GET", "/staging/jobs?status=queued", { key });
    const mine = (list.json.data as { id: string }[]).filter(({ id }) => id === idOf(one));
    expect(mine).toHaveLength(1);
  });

  test("202 takes an import of 10,000 rows of 120 bytes each, which is more than other calls may send", async () => {
    const row = (line: number) => ({ email: `${line}@example.com`, name: "x".repeat(120) });
    const rows = Array.from({ length: 10_000 }, (_, line) => row(line));
    const answer = await post(await secretOf(), { type: "customers.import", input: { rows } });
    expect(answer.status, answer.text).toBe(202);
  });

  test("The outcome counts the rows, once the job has ended, however few of them went in", async () => {
    const key = await secretOf();
    const rowsOf = (...emails: string[]) => emails.map((email) => ({ email }));
    for (const { rows, outcome } of [
      {
        rows: rowsOf("a@outcome.example", "b@outcome.example", "nobody"),
        outcome: { succeeded: 2, failed: 1 },
      },
      { rows: rowsOf("A@outcome.example", "nobody"), outcome: { succeeded: 0, failed: 2 } },
      { rows: rowsOf("c@outcome.example"), outcome: { succeeded: 1, failed: 0 } },
    ]) {
      const id = idOf(await post(key, { type: "customers.import", input: { rows } }));
      await work(fixture, id);
      const seen = await call(api, "GET", `/staging/jobs/${id}`, { key });
      expect(seen.read(jobSchema)).toMatchObject({ status: "succeeded", outcome });
    }
  });

  test("The outcome of a job that was cancelled halfway is what it has done", async () => {
    const key = await secretOf();
    const generation = {
      type: "licenses.generate",
      input: { product: "Halfway", count: 2 * LICENSES_OF_CHUNK },
    };
    const id = idOf(await post(key, generation));
    await work(fixture, id, afterChunks(1));
    const running = await call(api, "GET", `/staging/jobs/${id}`, { key });
    expect(running.read(jobSchema)).toMatchObject({ status: "running", outcome: null });
    const cancelled = await call(api, "POST", `/staging/jobs/${id}/cancel`, { key });
    expect(cancelled.read(jobSchema).outcome).toEqual({ succeeded: LICENSES_OF_CHUNK, failed: 0 });
  });

  test.each([
    ["licenses.generate", { product: "Editor", count: 1 }, "licenses:manage"],
    ["licenses.export", { filter: {} }, "licenses:read"],
    ["customers.import", { rows: [{ email: "a@b.example" }] }, "customers:write"],
  ] as const)("403 names what %s needs beside jobs:write", async (type, input, needed) => {
    const answer = await post(await secretOf(["jobs:write"]), { type, input });
    expectProblem(answer, "permission_denied", { missingPermissions: [needed] });
    const scope = `Bearer error="insufficient_scope", scope="${needed}"`;
    expect(answer.headers.get("www-authenticate")).toBe(scope);
  });

  test.each([
    [{ type: "licenses.generate", input: { product: "Editor", count: 0 } }, ["input.count"]],
    [{ type: "licenses.generate", input: { product: "Editor", count: 10_001 } }, ["input.count"]],
    [{ type: "licenses.generate", input: { count: 1.5 } }, ["input.product", "input.count"]],
    [{ type: "licenses.generate", input: { product: "E", count: 1, key: "MINE" } }, ["input.key"]],
    [
      { type: "licenses.generate", input: { product: "E", count: 1, expiresAt: null, validityDays: 1 } },
      ["input.validityDays"],
    ],
    [
      { type: "licenses.generate", input: { product: "E", count: 1, customerId: `cus_${"0".repeat(26)}` } },
      ["input.customerId"],
    ],
    [{ type: "licenses.export", input: { filter: { status: "lost" } } }, ["input.filter.status"]],
    [{ type: "customers.import", input: { rows: [] } }, ["input.rows"]],
    [
      { type: "customers.import", input: { rows: Array.from({ length: 10_001 }, () => ({})) } },
      ["input.rows"],
    ],
    [{ type: "customers.import", input: { rows: { email: "a@b.example" } } }, ["input.rows"]],
    [{ type: "customers.import", input: { rows: [{}], dryRun: true } }, ["input.dryRun"]],
    [{ type: "customers.import", input: { rows: [{}, {}], lines: [2] } }, ["input.lines"]],
    [{ type: "customers.import", input: { rows: [{}], lines: [0] } }, ["input.lines.0"]],
    [{ type: "licenses.export", input: { filter: { status: [] } } }, ["input.filter.status"]],
    [{ type: "licenses.export", input: { filter: { customer: "x" } } }, ["input.filter.customer"]],
    [{ ...GENERATION, priority: 1 }, ["priority"]],
    [{ type: ["licenses.generate"], input: {} }, ["type"]],
    [{ type: "telemetry.export", input: {} }, ["input.from", "input.to"]],
    [
      { type: "telemetry.export", input: { from: "2023-11-23T00:00:00Z", to: "2023-11-22T00:00:00Z" } },
      ["input.to"],
    ],
    [{ type: "telemetry.delete", input: {} }, ["type"]],
    [{ input: {} }, ["type"]],
  ])("422 names the wrong fields and starts nothing: %j", async (body, fields) => {
    const key = await secretOf();
    expectFieldErrors(await post(key, body), ...fields);
  });
});

describe("GET /jobs/{id}/result", () => {
  test("200 is the whole of a result that is longer than what is read at a time", async () => {
    const key = await secretOf();
    const generation = { type: "licenses.generate", input: { product: "Long", count: 5_000 } };
    const id = idOf(await post(key, generation));
    await work(fixture, id);
    const answer = await call(api, "GET", `/staging/jobs/${id}/result`, { key });
    expect(answer.status).toBe(200);
    expect(new Set(answer.text.trimEnd().split("\r\n")).size).toBe(5_001);
  });

  test("200 is CSV with the licences that were made", async () => {
    const key = await secretOf();
    const id = idOf(await post(key, GENERATION));
    await work(fixture, id);
    const answer = await call(api, "GET", `/staging/jobs/${id}/result`, { key });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="licenses.generate-${id}.csv"`,
    );
    expect(answer.text).toMatch(
      /^id,key\r\n(lic_[0-9a-z]{26},([2-9A-HJKMNP-Z]{5}-){4}[2-9A-HJKMNP-Z]{5}\r\n){2}$/,
    );
  });

  test("409 before the job has succeeded", async () => {
    const key = await secretOf();
    const id = idOf(await post(key, GENERATION));
    expectProblem(await call(api, "GET", `/staging/jobs/${id}/result`, { key }), "invalid_state");
  });

  test("403 for a key that may read jobs but not licences", async () => {
    const id = idOf(await post(await secretOf(), GENERATION));
    await work(fixture, id);
    const answer = await call(api, "GET", `/staging/jobs/${id}/result`, {
      key: await secretOf(["jobs:read"]),
    });
    expectProblem(answer, "permission_denied", { missingPermissions: ["licenses:read"] });
  });
});

describe("POST /jobs/{id}/cancel", () => {
  test("200 ends a job that waits; 409 the second time", async () => {
    const key = await secretOf();
    const id = idOf(await post(key, GENERATION));
    const cancel = () => call(api, "POST", `/staging/jobs/${id}/cancel`, { key });
    const answer = await cancel();
    expect(answer.read(jobSchema)).toMatchObject({ id, status: "cancelled" });
    expectProblem(await cancel(), "invalid_state");
  });

  test("404 for a job of another environment, as for none", async () => {
    const id = idOf(await post(await secretOf(), GENERATION));
    const { secret } = await fixture.key({ environment: "production", permissions: PERMISSIONS });
    for (const path of [id, `job_${"0".repeat(26)}`, "nonsense"]) {
      const answer = await call(api, "POST", `/production/jobs/${path}/cancel`, { key: secret });
      expectProblem(answer, "not_found");
    }
  });
});

test("GET /jobs/{id}/result is CSV, and NDJSON for whoever would rather have it; one that an older version has made is CSV", async () => {
  const key = await secretOf();
  const id = idOf(await post(key, GENERATION));
  expect((await call(api, "GET", `/staging/jobs/${id}`, { key })).json.resultExpiresAt).toBeNull();
  await work(fixture, id);
  const { resultExpiresAt } = (await call(api, "GET", `/staging/jobs/${id}`, { key })).read(jobSchema);
  expect(Date.parse(String(resultExpiresAt)) - fixture.clock.now().getTime()).toBe(7 * DAY_MS);
  const fetched = async (accept?: string) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const answer = await call(api, "GET", `/staging/jobs/${id}/result`, { key, headers });
    expect([answer.status, answer.headers.get("vary")]).toEqual([200, "Accept"]);
    const [type, disposition] = ["content-type", "content-disposition"].map((name) =>
      answer.headers.get(name),
    );
    return { text: answer.text, type, disposition };
  };
  const csv = await fetched();
  expect(csv).toMatchObject({ type: "text/csv; charset=utf-8", text: expect.stringMatching(/^id,key\r\n/) });
  const ndjson = await fetched("application/x-ndjson");
  expect(ndjson.type).toBe("application/x-ndjson; charset=utf-8");
  expect(ndjson.disposition).toBe(`attachment; filename="licenses.generate-${id}.ndjson"`);
  const lines = ndjson.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => `${line.id},${line.key}\r\n`).join("")).toBe(csv.text.replace("id,key\r\n", ""));
  // Kept once; the versions before kept CSV as well, and the ones before these CSV alone.
  const sql = fixture.runtime.databases.owner.$client;
  expect(await sql`select from job_result_parts where job_id = ${id} and bytes is not null`).toHaveLength(0);
  await sql`update job_result_parts set bytes = ${gzipSync(csv.text)} where job_id = ${id}`;
  expect(await fetched("text/csv")).toEqual(csv);
  await sql`update job_result_parts set ndjson = null where job_id = ${id}`;
  expect(await fetched("application/x-ndjson")).toEqual(csv);
});

test("A job says that its key was revoked while it waited", async () => {
  const { key, secret } = await fixture.key({ permissions: PERMISSIONS });
  const id = idOf(await post(secret, GENERATION));
  await revokeKey(fixture.context(), { id: key.id, reason: "" });
  await work(fixture, id);
  const seen = await call(api, "GET", `/staging/jobs/${id}`, { key: await secretOf() });
  expect(seen.read(jobSchema)).toMatchObject({
    status: "failed",
    error: { code: "key_revoked", detail: "The API key that started this job was revoked." },
  });
});

test("GET /jobs pages newest first, and filters by status", async () => {
  const key = await secretOf();
  const ids = [idOf(await post(key, GENERATION)), idOf(await post(key, GENERATION))];
  const first = await call(api, "GET", "/staging/jobs?status=queued&limit=1", { key });
  expect(first.json.data).toMatchObject([{ id: ids[1] }]);
  const next = await call(api, "GET", `/staging/jobs?status=queued&limit=1&cursor=${first.json.nextCursor}`, {
    key,
  });
  expect(next.json.data).toMatchObject([{ id: ids[0] }]);
  expectFieldErrors(await call(api, "GET", "/staging/jobs?status=lost", { key }), "status");
});
