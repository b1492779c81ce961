import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JobInput, startJobInEnvironmentSchema } from "@/contracts/jobs";
import { readCustomerFile } from "@/features/customers/import/customer-file";
import { readCsv } from "@/lib/csv";
import { generateKey } from "@/server/core/key-format";
import { parse } from "@/server/core/validation";
import { mayWork, workBatch } from "@/server/jobs/cron";
import { runMaintenance } from "@/server/jobs/maintenance";
import { createAdmin } from "@/server/services/admins";
import { listCustomers } from "@/server/services/customers";
import {
  cancelJob,
  deleteJob,
  getJob,
  getJobResult,
  getJobStats,
  retryJob,
  startJob,
} from "@/server/services/jobs";
import { createLicense } from "@/server/services/licenses";
import { auditOf, sqlOf } from "../services/support";
import { keyWithRow, resultText, start, work, workerOf } from "./support";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture?.close());

async function admin() {
  const input = {
    email: newEmail(),
    name: "Ada",
    role: "operator",
    password: "correct horse battery",
  } as const;
  return { kind: "admin", ...(await createAdmin(fixture.context(), input)) } as const;
}

const rowsOf = (text: string) => text.trimEnd().split("\r\n");

describe("customers.import", () => {
  test("imports what can be, and tells of every other row its line and why, in any chunk", async () => {
    const taken = await fixture.customer();
    const good = Array.from({ length: 600 }, () => ({ email: newEmail() }));
    const rows = [
      { email: "First@acme.example", name: "First", metadata: { plan: "pro" } },
      { email: "nobody" },
      { email: "first@ACME.example" },
      { email: taken.email.toUpperCase() },
      { email: newEmail(), surname: "X" },
      "text",
      ...good,
      { email: "last" },
    ];
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, { type: "customers.import", input: { rows } });
    expect(await work(fixture, id)).toMatchObject({
      status: "succeeded",
      progress: { done: rows.length, total: rows.length },
    });
    const [header, ...lines] = rowsOf(await resultText(fixture.context(key), id));
    expect(header).toBe("line,email,id,outcome,problem");
    const failed = lines.filter((line) => line.includes(",failed,"));
    expect(failed.map((line) => Number(line.split(",")[0]))).toEqual([2, 3, 4, 5, 6, rows.length]);
    expect(failed[1]).toContain("There is a customer with this e-mail address already.");
    expect(failed[3]).toContain("surname: Unknown field");
    expect(lines).toHaveLength(rows.length);
    const { data } = await listCustomers(fixture.context(key), { search: "first@acme", limit: 5 });
    expect(data).toMatchObject([{ email: "First@acme.example", name: "First", metadata: { plan: "pro" } }]);
  });
});

describe("Rows of an import that must not be stored", () => {
  const deep = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  test("are told by their line, and are in no table even while the job waits", async () => {
    const secret = generateKey("acme", "production");
    const rows = [
      { email: newEmail() },
      { email: newEmail(), name: "a\u0000b" },
      { email: newEmail(), metadata: { a: ["\ud800"] } },
      { email: newEmail(), metadata: { a: { [`x${secret}`]: 1 } } },
      { email: newEmail(), name: secret },
      { email: `${secret}@acme.example\u0000` },
      { email: newEmail(), metadata: deep(5_000) },
      { email: newEmail(), name: "a\u202eb" },
      `text\u0000`,
      { email: newEmail(), name: "e\u0301" },
    ];
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, { type: "customers.import", input: { rows } });
    expect(await countOf(secret.slice(-30))).toBe(0);
    expect(await work(fixture, id)).toMatchObject({ status: "succeeded" });
    const [, ...lines] = rowsOf(await resultText(fixture.context(key), id));
    expect(lines.map((line) => line.split(",").at(3))).toEqual(
      rows.map((_, place) => (place === 0 || place === 9 ? "imported" : "failed")),
    );
    expect(lines[1]).toContain("name: Must not contain control characters");
    expect(lines[2]).toContain("metadata.a.0: Must not contain control characters");
    expect(lines[3]).toContain("This looks like an API key");
    expect(lines[6]).toContain("Must not be nested deeper than 9 levels");
    expect(lines.join()).not.toContain(secret.slice(-30));
    expect(await countOf(secret.slice(-30))).toBe(0);
    const [{ name }] = await sqlOf(fixture)<
      [{ name: string }]
    >`select name from customers where name = ${"\u00e9"}`;
    expect(name).toBe("\u00e9");
  });

  /** How many jobs hold the text in their input. */
  async function countOf(text: string): Promise<number> {
    const rows = await sqlOf(fixture)`select from job_records where position(${text} in input::text) > 0`;
    return rows.length;
  }
});

describe("A file of customers that an administrator picked", () => {
  const importFile = async (text: string) => {
    const { rows, lines } = readCustomerFile(new TextEncoder().encode(text));
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, { type: "customers.import", input: { rows, lines } });
    expect(await work(fixture, id)).toMatchObject({ status: "succeeded" });
    const result = readCsv(await resultText(fixture.context(key), id));
    return result
      .slice(1)
      .map(({ cells }) => ({ line: Number(cells[0]), email: cells[1], problem: cells[4] }));
  };

  test("is told of by the lines of the file, also after cells of several lines and empty lines", async () => {
    const [one, two] = [newEmail(), newEmail()];
    const result = await importFile(
      `\ufeffemail,name\r\n${one},"Ada\r\nof\r\nLondon"\r\nnobody,"B\nC"\r\n\r\n${one.toUpperCase()},D\r\n${two},E,f\r\n${two},E\r\n`,
    );
    expect(result).toEqual([
      { line: 2, email: one, problem: "" },
      { line: 5, email: "nobody", problem: "email: Invalid email address" },
      { line: 8, email: one.toUpperCase(), problem: "There is a customer with this e-mail address already." },
      { line: 9, email: two, problem: "column 3: Unknown field" },
      { line: 10, email: two, problem: "" },
    ]);
    const { data } = await listCustomers(fixture.context(), { search: one, limit: 5 });
    expect(data).toMatchObject([{ email: one, name: "Ada\r\nof\r\nLondon" }]);
  });

  test("keeps its lines over several chunks", async () => {
    const rows = Array.from({ length: 700 }, () => `${newEmail()},"two\nlines"`);
    const result = await importFile(["email,name", ...rows, "last,x"].join("\n"));
    expect(result.map(({ line }) => line)).toEqual(Array.from({ length: 701 }, (_, index) => 2 + 2 * index));
    expect(result.filter(({ problem }) => problem !== "")).toMatchObject([{ line: 1_402, email: "last" }]);
  });
});

describe("licenses.export", () => {
  test("writes what the filter finds, once each, over several chunks, with formulas made text", async () => {
    const key = await keyWithRow(fixture);
    const many = await start(fixture, key, {
      type: "licenses.generate",
      input: { product: '=cmd("x")', count: 1_001 },
    });
    await work(fixture, many.id);
    await createLicense(fixture.context(), { product: "Other", environment: "staging" });
    const { id } = await start(fixture, key, {
      type: "licenses.export",
      input: { filter: { product: '=cmd("x")', status: "available" } },
    });
    expect(await work(fixture, id)).toMatchObject({
      status: "succeeded",
      progress: { done: 1_001, total: 1_001 },
    });
    const [, ...lines] = rowsOf(await resultText(fixture.context(key), id));
    expect(new Set(lines.map((line) => line.split(",")[0])).size).toBe(1_001);
    expect(lines[0]).toContain(`"'=cmd(""x"")"`);
  });

  test("takes several statuses, as the console's list does", async () => {
    const key = await keyWithRow(fixture);
    for (const expiresAt of ["2023-01-01T00:00:00Z", null]) {
      await createLicense(fixture.context(), { product: "Several", environment: "staging", expiresAt });
    }
    const countOf = async (status: JobInput<"licenses.export">["filter"]["status"]) => {
      const filter = { product: "Several", ...(status && { status }) };
      const { id } = await start(fixture, key, { type: "licenses.export", input: { filter } });
      return (await work(fixture, id)).progress.done;
    };
    expect(await countOf("expired")).toBe(1);
    expect(await countOf(["expired", "available"])).toBe(2);
    expect(await countOf(["revoked"])).toBe(0);
    expect(await countOf(undefined)).toBe(2);
  });

  test("that finds nothing is a header line", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, {
      type: "licenses.export",
      input: { filter: { product: "Nothing" } },
    });
    expect(await work(fixture, id)).toMatchObject({ status: "succeeded", progress: { done: 0, total: 0 } });
    expect(rowsOf(await resultText(fixture.context(key), id))).toHaveLength(1);
  });
});

describe("An administrator", () => {
  test("starts, cancels and deletes jobs in a named environment, each on record without its input", async () => {
    const ada = await admin();
    const ctx = fixture.context(ada);
    const input = parse(startJobInEnvironmentSchema, {
      environment: "production",
      type: "licenses.generate",
      input: { product: "Ada", count: 2 },
    });
    const events = await auditOf(fixture, async () => {
      const done = await startJob(ctx, input);
      expect(done.startedBy).toEqual({ kind: "admin", id: ada.id, name: ada.email });
      expect(await work(fixture, done.id)).toMatchObject({ status: "succeeded", environment: "production" });
      const waiting = await startJob(ctx, input);
      await expect(deleteJob(ctx, { id: waiting.id })).rejects.toMatchObject({ code: "invalid_state" });
      await cancelJob(ctx, { id: waiting.id });
      await deleteJob(ctx, { id: done.id });
      await expect(getJob(ctx, { id: done.id })).rejects.toMatchObject({ code: "not_found" });
    });
    expect(events.map(({ action }) => action)).toEqual([
      "job.start",
      "job.start",
      "job.cancel",
      "job.delete",
    ]);
    expect(events[0]?.after).toEqual({ type: "licenses.generate", total: 2 });
  });

  test("who is deactivated takes the jobs along", async () => {
    const ada = await admin();
    const { id } = await startJob(fixture.context(ada), {
      environment: "staging",
      type: "licenses.export",
      input: { filter: {} },
    });
    await sqlOf(fixture)`update admins set deactivated_at = now() where id = ${ada.id}`;
    expect(await work(fixture, id)).toMatchObject({ status: "failed", error: { code: "permission_denied" } });
    expect(await getJobStats(fixture.context(), { environment: "staging" })).toMatchObject({ failed: 1 });
  });
});

test("A result is not for a key that may read jobs but not what is in it", async () => {
  const key = await keyWithRow(fixture);
  const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: {} } });
  await work(fixture, id);
  const reader = fixture.context({ ...key, permissions: ["jobs:read"] });
  await expect(getJobResult(reader, { id })).rejects.toMatchObject({
    extensions: { missingPermissions: ["licenses:read"] },
  });
});

test("Maintenance takes results, inputs and first answers away when their time is over, and keeps the record", async () => {
  const key = await keyWithRow(fixture);
  const { id } = await start(fixture, key, {
    type: "licenses.export",
    input: { filter: { product: "Nothing" } },
  });
  await work(fixture, id);
  await sqlOf(fixture)`insert into idempotency_records
    values (${key.id}, 'once', 'staging', '\\x00', 200, '{}', '', ${fixture.clock.now().toISOString()})`;
  const counts = async () => {
    const [row] = await sqlOf(fixture)<[{ parts: number; answers: number }]>`select
      (select count(*)::int from job_result_parts where job_id = ${id}) as parts,
      (select count(*)::int from idempotency_records) as answers`;
    return row;
  };
  const never = new AbortController().signal;
  await runMaintenance(workerOf(fixture), never);
  expect(await counts()).toEqual({ parts: 1, answers: 1 });
  fixture.clock.advance(86_401);
  await runMaintenance(workerOf(fixture), never);
  expect(await counts()).toEqual({ parts: 1, answers: 0 });
  fixture.clock.advance(6 * 86_400);
  await expect(getJobResult(fixture.context(key), { id })).rejects.toMatchObject({ code: "not_found" });
  await runMaintenance(workerOf(fixture), never);
  expect(await counts()).toEqual({ parts: 0, answers: 0 });
  expect(await getJob(fixture.context(key), { id })).toMatchObject({ status: "succeeded" });
});

test("A failed job whose input is gone cannot be retried", async () => {
  const ada = await admin();
  const job = { environment: "staging", type: "licenses.export", input: { filter: {} } } as const;
  const { id } = await startJob(fixture.context(ada), job);
  await sqlOf(fixture)`update admins set deactivated_at = now() where id = ${ada.id}`;
  await work(fixture, id);
  fixture.clock.advance(8 * 86_400);
  await runMaintenance(workerOf(fixture), new AbortController().signal);
  await expect(retryJob(fixture.context(), { id })).rejects.toMatchObject({ code: "invalid_state" });
});

describe("The scheduler's call", () => {
  test("needs the secret, and is closed where there is none", () => {
    expect(mayWork("0123456789abcdef", "Bearer 0123456789abcdef")).toBe(true);
    expect(mayWork("0123456789abcdef", "Bearer 0123456789abcdeF")).toBe(false);
    expect(mayWork("0123456789abcdef", null)).toBe(false);
    expect(mayWork(undefined, "Bearer undefined")).toBe(false);
  });

  test("works on what is due, oldest first, and on nothing once its time is over", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: {} } });
    expect(await workBatch(workerOf(fixture))).toBeGreaterThan(0);
    expect(await getJob(fixture.context(key), { id })).toMatchObject({ status: "succeeded" });
    expect(await workBatch(workerOf(fixture))).toBe(0);
  });
});
