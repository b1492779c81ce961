import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeUtf8, readCsv } from "@/lib/csv";
import { csv } from "@/server/core/csv";

const bytes = (text: string) => new TextEncoder().encode(text);
const cellsOf = (text: string) => readCsv(text).map(({ cells }) => cells);
const linesOf = (text: string) => readCsv(text).map(({ line }) => line);

test("Whatever Keyward writes as CSV it reads back, cell for cell", () => {
  // Begins with a letter: what could be a formula does not come back as it was.
  const rest = fc.string({ unit: fc.constantFrom("a", "é", '"', ",", ";", "\t", "\n", "\r", "'", "=", " ") });
  const cell = fc.oneof(
    rest.map((text) => `x${text}`),
    fc.constant(""),
  );
  // A comma in the first line tells the separator, and a record of nothing but blanks counts as none.
  const row = fc.array(cell, { minLength: 1, maxLength: 5 }).map((cells) => ["x", "y", ...cells]);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
      expect(cellsOf(csv(rows))).toEqual(rows);
    }),
  );
});

test("Each record knows the line on which it starts, however many lines the cells before it take", () => {
  const records = ["a,b", '"one\ntwo\r\nthree",x', '"four\rfive",y', "", "last,z"];
  for (const lineEnd of ["\n", "\r\n", "\r"]) {
    const text = records.join(lineEnd);
    expect(linesOf(text)).toEqual([1, 2, 5, 8]);
    expect(linesOf(text + lineEnd)).toEqual([1, 2, 5, 8]);
  }
});

describe("Reading CSV", () => {
  test("reads a quoted cell of 10 MB", () => {
    const long = "x".repeat(10 * 1_048_576);
    expect(readCsv(`email,name\n"a@example.com","${long}"`)[1]?.cells).toEqual(["a@example.com", long]);
    expect(readCsv(`"${long}",""";"""`)[0]?.cells).toEqual([long, '";"']);
  });

  test("takes semicolons where the first line has them and no comma", () => {
    expect(cellsOf('email;name\na@b.example;"Lovelace; Ada, of"')).toEqual([
      ["email", "name"],
      ["a@b.example", "Lovelace; Ada, of"],
    ]);
    expect(cellsOf("a,b;c\n1,2;3")).toEqual([
      ["a", "b;c"],
      ["1", "2;3"],
    ]);
  });

  test.each([
    [
      "a quoted comma in a semicolon header",
      'email;"name, first"\n1;2',
      [
        ["email", "name, first"],
        ["1", "2"],
      ],
    ],
    [
      "a quoted line end there",
      'email;"na\nme,,,"\n1;2',
      [
        ["email", "na\nme,,,"],
        ["1", "2"],
      ],
    ],
    [
      "tabs",
      "email\tname\n1\t2,3;4",
      [
        ["email", "name"],
        ["1", "2,3;4"],
      ],
    ],
    [
      "more semicolons than commas",
      "a;b,c;d\n1;2;3",
      [
        ["a", "b,c", "d"],
        ["1", "2", "3"],
      ],
    ],
    [
      "a first line that names it",
      "sep=;\r\na,x;b\r\n1;2",
      [
        ["a,x", "b"],
        ["1", "2"],
      ],
    ],
    ["a first line that names another", "SEP=|\na|b;c", [["a", "b;c"]]],
    ["nothing but a first line that names it", "sep=,", []],
    ["one column", "email\n1;2", [["email"], ["1;2"]]],
  ])("finds the separator of %s", (_, text, cells) => {
    expect(cellsOf(text)).toEqual(cells);
  });

  test("counts the line that names the separator", () => {
    expect(linesOf("sep=;\r\na;b\r\n1;2")).toEqual([2, 3]);
  });

  test("keeps empty cells, doubled quotes, and quotes within a cell that has none around it", () => {
    expect(cellsOf('a,,\n"",""""\n5" disk,"say ""hi"""')).toEqual([
      ["a", "", ""],
      ["", '"'],
      ['5" disk', 'say "hi"'],
    ]);
  });

  test("leaves out lines without content, as spreadsheets write them below the table", () => {
    expect(cellsOf("a,b\n\n , \n,,\n1,2\n,\n")).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(readCsv("")).toEqual([]);
  });

  test("names the line of a quote that nothing can be made of", () => {
    expect(() => readCsv('a\n"b\nc')).toThrow("The quote that opens on line 2 is never closed.");
    expect(() => readCsv('a\n"b\nc"d,e')).toThrow("Line 3 has text after a closing quote.");
  });
});

describe("Decoding", () => {
  test("takes a byte-order mark away", () => {
    expect(decodeUtf8(bytes("\ufeffemail"))).toBe("email");
  });

  test.each([
    ["Latin-1", Uint8Array.of(0x4d, 0xfc, 0x6c)],
    ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x61, 0x00)],
  ])("refuses %s instead of guessing", (_, given) => {
    expect(() => decodeUtf8(given)).toThrow("The file is not UTF-8 text.");
  });
});
