import { describe, expect, test } from "vitest";
import { axisTop, columnPaths, labeledColumns } from "@/lib/column-scale";

describe("The top of an axis", () => {
  test.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 4],
    [5, 10],
    [11, 20],
    [90, 100],
    [101, 200],
    [4_001, 10_000],
  ])("for %i is the round number %i", (highest, top) => expect(axisTop(highest)).toBe(top));

  test("holds every value, with a whole number half-way up", () => {
    for (let highest = 2; highest < 20_000; highest += 7) {
      const top = axisTop(highest);
      expect(top).toBeGreaterThanOrEqual(highest);
      expect(Number.isInteger(top / 2)).toBe(true);
      expect(top).toBeLessThan(highest * 2.51 + 2);
    }
  });
});

describe("Columns", () => {
  /** The column as the first of twelve, of which the others are empty. */
  const wide = (values: number[]) => [values, ...Array.from({ length: 11 }, () => [])];

  test("are slimmer where they are few", () => {
    expect(columnPaths([[1], [1], [1]], 1)).toEqual([
      "M0.4 0h0.2v100h-0.2zM1.4 0h0.2v100h-0.2zM2.4 0h0.2v100h-0.2z",
    ]);
  });

  test("are stacked from the ground up, in the order of the series", () => {
    // 10 of 20 is half of the height; the second series stands on it, a hair's breadth apart.
    expect(columnPaths(wide([10, 6]), 2)).toEqual(["M0.1 51h0.8v49h-0.8z", "M0.1 20h0.8v30h-0.8z"]);
  });

  test("show a single one among thousands, and nothing for none", () => {
    const [many, one, none] = columnPaths(wide([100_000, 1, 0]), 3);
    expect(many).toBe("M0.1 51h0.8v49h-0.8z");
    expect(one).toBe("M0.1 48.5h0.8v1.5h-0.8z");
    expect(none).toBe("");
  });

  test("never leave the chart, also where the small ones are drawn larger than they are", () => {
    expect(columnPaths(wide([199_999, 1]), 2)).toEqual(["M0.1 2.5h0.8v97.5h-0.8z", "M0.1 0h0.8v1.5h-0.8z"]);
  });

  test("are drawn for an empty chart as nothing", () => expect(columnPaths([], 2)).toEqual(["", ""]));
});

describe("Labels below columns", () => {
  test.each([
    [30, 6],
    [7, 6],
    [24, 6],
    [168, 6],
    [720, 3],
    [1, 6],
    [2, 6],
  ])("of %i columns are at most %i, evenly spread, all below a column", (columns, count) => {
    const labels = labeledColumns(columns, count);
    expect(labels.length).toBeGreaterThan(0);
    expect(labels.length).toBeLessThanOrEqual(count);
    expect(new Set(labels.slice(1).map((label, index) => label - (labels[index] ?? 0))).size).toBeLessThan(2);
    for (const label of labels) expect(label).toBeLessThan(columns);
  });
});
