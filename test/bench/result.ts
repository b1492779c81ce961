import { mkdirSync, writeFileSync } from "node:fs";

/** A measured figure next to what performance.md asks for: a ratio, where more is better, or a cost, where less is. */
export interface Result {
  what: string;
  figure: number;
  bar: number;
  aim: number;
  /** Default: ratio. */
  kind?: "ratio" | "cost";
  /** The two figures behind the ratio, with their unit; or the unit of the cost. */
  detail: string;
}

function verdictOf({ figure, bar, aim, kind }: Result): "aim" | "bar" | "missed" {
  const reaches = (mark: number) => (kind === "cost" ? figure <= mark : figure >= mark);
  return reaches(aim) ? "aim" : reaches(bar) ? "bar" : "missed";
}

/** Shows the results as a table, and leaves them as JSON in test-results/bench.json. */
export function report(results: readonly Result[]): void {
  const rows = results.map((result) => ({
    what: result.what,
    figure: result.figure.toFixed(2),
    bar: result.bar,
    aim: result.aim,
    verdict: verdictOf(result),
    detail: result.detail,
  }));
  const table = rows.map((row) => `| ${Object.values(row).join(" | ")} |`);
  process.stdout.write(
    `\n| what | figure | bar | aim | verdict | measured |\n|---|---|---|---|---|---|\n${table.join("\n")}\n`,
  );
  mkdirSync("test-results", { recursive: true });
  writeFileSync("test-results/bench.json", `${JSON.stringify(results, null, 2)}\n`);
}
