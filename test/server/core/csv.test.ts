import { describe, expect, test } from "vitest";
import { csv } from "@/server/core/csv";

/** How a cell leaves, alone on its line. */
const written = (cell: string | number | null) => csv([[cell]]).slice(0, -2);

describe("CSV", () => {
  test.each([
    ["=HYPERLINK(0)", "'=HYPERLINK(0)"],
    ["+49 30 1", "'+49 30 1"],
    ["-1", "'-1"],
    ["@SUM(1)", "'@SUM(1)"],
    ["\t=1", '"\'\t=1"'],
    ["\r=1", '"\'\r=1"'],
    ["\n=1", '"\'\n=1"'],
    ["＝1", "'＝1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠x", "'＠x"],
    ["=", "'="],
    ['=1,"x"', '"\'=1,""x"""'],
  ])("makes text of what a spreadsheet would take for a formula: %j", (cell, line) => {
    expect(written(cell)).toBe(line);
  });

  test.each(["x=1", "1-1", "a@acme.example", "'=1", " =1", "", "*1", "/1", ",=1", '"=1"'])(
    "leaves other text as it is: %j",
    (cell) => {
      const line = written(cell);
      const plain = line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
      expect(plain).toBe(cell);
    },
  );

  test.each(["a;=1", ";=1", "a;b", "a\t=1", "a\tb", "a,=1"])(
    "keeps in one cell what a spreadsheet with another separator would take apart: %j",
    (cell) => {
      expect(written(cell)).toBe(`"${cell}"`);
    },
  );

  test.each([-1, -0.5, 7, 1e21])("leaves numbers numbers: %d", (cell) => {
    expect(written(cell)).toBe(String(cell));
  });

  test("quotes what needs it", () => {
    expect(csv([["a,b", 'say "x"', "two\nlines", null, 7]])).toBe('"a,b","say ""x""","two\nlines",,7\r\n');
  });

  test("ends each line, and writes nothing for no lines", () => {
    expect(csv([["a", 1], [null]])).toBe("a,1\r\n\r\n");
    expect(csv([])).toBe("");
  });
});
