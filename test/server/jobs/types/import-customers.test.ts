import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { readCustomerFile } from "@/features/customers/import/customer-file";
import { readCsv } from "@/lib/csv";
import { generateKey } from "@/server/core/key-format";
import { listCustomers } from "@/server/services/customers";
import { sqlOf } from "../../services/support";
import { keyWithRow, resultText, start, work } from "../support";

const fixture = suiteFixture();

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
