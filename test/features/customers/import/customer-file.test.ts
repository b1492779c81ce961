import { describe, expect, test } from "vitest";
import { readCustomerFile } from "@/features/customers/import/customer-file";

const read = (text: string) => readCustomerFile(new TextEncoder().encode(text));

describe("A file of customers", () => {
  test("becomes rows as the public API takes them, with the lines where they start", () => {
    const file = read(
      '\ufeffEmail,NAME,metadata.plan,metadata.Seats\r\nada@acme.example,"Ada\r\nLovelace",pro,\r\n\r\nbob@acme.example, ,,7\r\n',
    );
    expect(file).toEqual({
      rows: [
        { email: "ada@acme.example", name: "Ada\r\nLovelace", metadata: { plan: "pro" } },
        { email: "bob@acme.example", metadata: { Seats: "7" } },
      ],
      lines: [2, 5],
      problems: [],
    });
  });

  test("tells of each row that will fail, and sends it all the same", () => {
    const file = read(
      [
        "email,name",
        "ada@acme.example,Ada",
        "nobody,N",
        "ADA@acme.example,Again",
        ",No address",
        `bob@acme.example,${"x".repeat(201)}`,
        "cyd@acme.example,Cyd,too much",
        "bob@acme.example,Bob",
      ].join("\n"),
    );
    expect(file.rows).toHaveLength(7);
    expect(file.problems).toEqual([
      { line: 3, problem: "email: Invalid email address" },
      { line: 4, problem: "the same e-mail address as on line 2" },
      { line: 5, problem: "email: Is required" },
      { line: 6, problem: "name: Must be at most 200 characters" },
      { line: 7, problem: "column 3: Unknown field" },
    ]);
  });

  test.each([
    ["empty columns beyond the table", "email,name,,\na@b.example,Ada,,\n"],
    ["an empty column within it", "email,,name\na@b.example,,Ada\n"],
    ["a first line that names the separator", "sep=;\r\nemail;name\r\na@b.example;Ada"],
    ["tabs", "email\tname\na@b.example\tAda"],
    ["another spelling of e-mail", "E-Mail,Name\na@b.example,Ada"],
    ["a heading of two words", "Email address;Name\na@b.example;Ada"],
  ])("is read with %s, as spreadsheets write it", (_, text) => {
    expect(read(text)).toMatchObject({ rows: [{ email: "a@b.example", name: "Ada" }], problems: [] });
  });

  test("tells what stands in a column without a name", () => {
    expect(read("email,,\na@b.example,,x").problems).toEqual([
      { line: 2, problem: "column 3: Unknown field" },
    ]);
  });

  test("has commas in a quoted heading between semicolons", () => {
    expect(read('email;"metadata.a,b"\na@b.example;1').rows).toEqual([
      { email: "a@b.example", metadata: { "a,b": "1" } },
    ]);
  });

  test("may have 10,000 rows", () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => `${index}@acme.example`);
    expect(read(`email\n${rows.join("\n")}`)).toMatchObject({ problems: [], lines: { length: 10_000 } });
  });
});

describe("A file of which nothing can be imported is refused, saying why:", () => {
  const EXPECTED =
    "Expected the columns email, and if you like name, and metadata such as metadata.plan; found mail, full name.";
  test.each([
    ["", "The file is empty."],
    ["\ufeff\r\n \r\n", "The file is empty."],
    ["email,name\n\n", "The file has a header line, but no rows below it."],
    ["mail,full name\na@b.example,Ada", `There is no column email. ${EXPECTED}`],
    ["mail,,full name\na@b.example,,Ada", "found mail, (no name), full name."],
    ["ada@acme.example,Ada", "found ada@acme.example, Ada."],
    ["email,company\na@b.example,Acme", "There is a column that means nothing here."],
    ["email,metadata.\na@b.example,Acme", "There is a column that means nothing here."],
    ["email,name,Name\na@b.example,A,B", "The column name is there twice."],
    ['email\n"a@b.example', "The quote that opens on line 2 is never closed."],
    [
      `email\n${"a@b.example\n".repeat(10_001)}`,
      "The file has 10,001 rows; at most 10,000 can be imported at once.",
    ],
    [`email\n${"x".repeat(10 * 1024 * 1024)}`, "The file is larger than 10 MB."],
  ])("%#", (text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  test("not UTF-8", () => {
    const latin1 = Uint8Array.from("email,name\na@b.example,Müller", (letter) => letter.charCodeAt(0));
    expect(() => readCustomerFile(latin1)).toThrow("The file is not UTF-8 text.");
  });
});
