import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import path from "node:path";
import { BENCHMARKS } from "./benchmarks";
import { type Outcome, type Result, shareOfBar, shown, verdictOf } from "./result";

const FILE = "test-results/bench.json";

/** A run as it is kept: what was measured, and on what. */
export interface Report {
  date: string;
  processor: string;
  node: string;
  postgres: string;
  /** How many processes waited for a processor in the minute before (load average): not zero, others were at work. */
  loadBefore: number;
  outcomes: Outcome[];
}

/** @param loadBefore of the machine, in the minute before the first benchmark */
export function reportOf(date: Date, loadBefore: number, outcomes: Outcome[]): Report {
  return {
    date: date.toISOString(),
    processor: `${availableParallelism()} processors of ${cpus()[0]?.model ?? "an unknown kind"}`,
    node: process.version,
    postgres: outcomes.find(({ postgres }) => postgres)?.postgres ?? "of an unknown version",
    loadBefore,
    outcomes,
  };
}

/** Leaves a run as JSON. After each benchmark, so that an interrupted run leaves what it has. */
export function keep(report: Report): void {
  mkdirSync(path.dirname(FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(report, null, 2)}\n`);
}

/** @throws Error where there was no run */
export function kept(): Report {
  return JSON.parse(readFileSync(FILE, "utf8")) as Report;
}

const HEAD = "| what | measured | bar | aim | | how |\n|---|---|---|---|---|---|";

function rowOf(result: Result): string {
  const { what, figure, unit, bar, aim, detail } = result;
  const cells = [what, shown(figure, unit), shown(bar, unit), shown(aim, unit), verdictOf(result), detail];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

const rowOfFailure = ({ benchmark, failure }: Outcome) =>
  `| ${benchmark} | not measured | | | FAIL | ${(failure ?? "").replaceAll("|", "\\|")} |`;

/** All of a run as one table in Markdown. */
export function tableOf({ outcomes }: Report): string {
  const rows = outcomes.flatMap((outcome) =>
    outcome.failure === null ? outcome.results.map(rowOf) : [rowOfFailure(outcome)],
  );
  return [HEAD, ...rows].join("\n");
}

/** In a sentence, when and on what it was measured. */
export function circumstancesOf({ date, processor, node, postgres, loadBefore }: Report): string {
  const day = date.slice(0, 10);
  const others = `load average before it began ${loadBefore.toFixed(1)}`;
  return `${day}, ${processor}, Node ${node.slice(1)}, Postgres ${postgres}; ${others}.`;
}

/** Whether every benchmark came to its end and every figure reaches its bar. */
export function passes({ outcomes }: Report): boolean {
  return outcomes.every(
    ({ failure, results }) => failure === null && results.every((result) => verdictOf(result) !== "FAIL"),
  );
}

const [START, END] = ["<!-- npm run bench:readme -->", "<!-- end of npm run bench:readme -->"];

/**
 * A README with the table of a run in the place of the one before: of rows of one kind the one that stands worst, formatted
 * as the rest of the file.
 * @throws Error where the run was of some benchmarks only, or the README has no place for it
 */
export function withTable(readme: string, report: Report): string {
  const missing = Object.keys(BENCHMARKS).filter(
    (name) => !report.outcomes.some(({ benchmark }) => benchmark === name),
  );
  if (missing.length > 0) throw new Error(`The last run had no ${missing.join(", ")}: run all of them.`);
  const [before, rest] = readme.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`No place for the table: ${START}`);
  const rows = report.outcomes.flatMap((outcome) => {
    if (outcome.failure !== null) return [`| ${outcome.benchmark} | not measured | | | FAIL |`];
    const results = BENCHMARKS[outcome.benchmark]?.isOneKind ? [worstOf(outcome.results)] : outcome.results;
    return results.map((result) => `${rowOf(result).split(" | ").slice(0, 5).join(" | ")} |`);
  });
  const table = ["| what | measured | bar | aim | |", "|---|---|---|---|---|", ...rows].join("\n");
  return `${before}${START}\n\n${circumstancesOf(report)}\n\n${table}\n\n${END}${after}`;
}

function worstOf(results: readonly Result[]): Result {
  const [worst] = results.toSorted((one, other) => shareOfBar(one) - shareOfBar(other));
  if (!worst) throw new Error("A benchmark without results");
  return { ...worst, what: `${worst.what} (the worst of ${results.length})` };
}
