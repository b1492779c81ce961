import { mkdirSync, writeFileSync } from "node:fs";

/** A measured ratio next to what performance.md asks for. */
export interface Result {
  what: string;
  ratio: number;
  bar: number;
  aim: number;
  /** The two figures behind the ratio, with their unit. */
  detail: string;
}

/** Shows the results as a table, and leaves them as JSON in test-results/bench.json. */
export function report(results: readonly Result[]): void {
  const rows = results.map(({ what, ratio, bar, aim, detail }) => ({
    what,
    ratio: ratio.toFixed(2),
    bar,
    aim,
    verdict: ratio >= aim ? "aim" : ratio >= bar ? "bar" : "below",
    detail,
  }));
  const table = rows.map((row) => `| ${Object.values(row).join(" | ")} |`);
  process.stdout.write(
    `\n| what | ratio | bar | aim | verdict | measured |\n|---|---|---|---|---|---|\n${table.join("\n")}\n`,
  );
  mkdirSync("test-results", { recursive: true });
  writeFileSync("test-results/bench.json", `${JSON.stringify(results, null, 2)}\n`);
}
