import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { LogLevel, MutantResult } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { rangesOf, SUBJECTS, type Subject } from "./subjects";
import { SURVIVORS, type Survivor } from "./survivors";

/** Share of the mutants that the tests have to notice. */
const LEAST_SHARE = 0.95;

/** What was done to one place of the code, and what came of it. */
interface Outcome extends Omit<Survivor, "reason"> {
  noticed: boolean;
}

/** Changes the subject's code in one place after the other, and runs those of its tests that reach the place. */
async function mutate(subject: Subject, words: readonly string[]): Promise<Outcome[]> {
  const ranges = rangesOf(subject, words);
  if (ranges.length === 0) return [];
  process.env.MUTANTS_TESTS = subject.tests.join();
  process.env.MUTANTS_POSTGRES = subject.postgres ? "yes" : "";
  const results = await new Stryker({
    mutate: ranges,
    testRunner: "vitest",
    // The tests are named; to find them by what they import would take seconds for each mutant.
    vitest: { configFile: "vitest.mutants.config.ts", related: false },
    coverageAnalysis: "perTest",
    concurrency: availableParallelism(),
    // Counts as noticed, so a machine that is busy must not look like it. Loops without an end are told by their rounds.
    timeoutMS: 60_000,
    // What is ignored is not copied to where the mutants live.
    ignorePatterns: ["*", "!src/**", "!test/**", "!drizzle/**", "!*.ts", "!*.json"],
    reporters: ["progress-append-only"],
    // The type is a const enum, which has no values of its own.
    logLevel: "error" as LogLevel,
  }).runMutationTest();
  return results.flatMap(outcomeOf);
}

function outcomeOf({ fileName, location, replacement, status }: MutantResult): Outcome[] {
  // What does not compile, or was excluded, is no mutant.
  if (status === "CompileError" || status === "RuntimeError" || status === "Ignored") return [];
  const file = path.relative(process.cwd(), fileName);
  const line = readFileSync(file, "utf8").split("\n")[location.start.line - 1]?.trim() ?? "";
  return [{ file, line, replacement, noticed: status === "Killed" || status === "Timeout" }];
}

const isOf = (one: Omit<Survivor, "reason">) => (other: Omit<Survivor, "reason">) =>
  one.file === other.file && one.line === other.line && one.replacement === other.replacement;

const print = (text: string) => process.stdout.write(`${text}\n`);
const shareOf = (some: readonly Outcome[]) => some.filter(({ noticed }) => noticed).length / some.length;
const printShare = (some: readonly Outcome[], of: string) =>
  print(`${percent(shareOf(some))}  of ${String(some.length).padStart(4)}  ${of}`);

/**
 * Prints the share of each file, the mutants that nobody noticed, and the reasons that have lost their mutant.
 * @returns whether each survivor has its reason, and each reason its survivor
 */
function report(outcomes: readonly Outcome[]): boolean {
  const files = new Set(outcomes.map(({ file }) => file));
  for (const file of files)
    printShare(
      outcomes.filter((outcome) => outcome.file === file),
      file,
    );
  const unknown = outcomes.filter((one) => !one.noticed && !SURVIVORS.some(isOf(one)));
  for (const { file, line, replacement } of unknown)
    print(`Not noticed, and not in test/mutants/survivors.ts:\n  ${file}\n  - ${line}\n  + ${replacement}`);
  const gone = SURVIVORS.filter((one) => files.has(one.file) && !outcomes.some(isOf(one)));
  for (const { file, line } of gone)
    print(`In test/mutants/survivors.ts, and not in the code any more:\n  ${file}\n  ${line}`);
  return unknown.length === 0 && gone.length === 0;
}

const percent = (share: number) => `${(100 * share).toFixed(1).padStart(5)} %`;

/** Loosens the policies of the database in turn: a table of what noticed each. @returns whether all was noticed */
function loosenPolicies(): boolean {
  const test = ["test/slow/loosened-policies.test.ts", "--config", "vitest.slow.config.ts"];
  return (
    spawnSync("npx", ["vitest", "run", "--reporter=verbose", ...test], { stdio: "inherit" }).status === 0
  );
}

/** Parts of paths: `npm run mutants -- csv redact`. `policies` stands for those of the database; none for everything. */
const words = process.argv.slice(2);
const paths = words.filter((word) => word !== "policies");

if ((words.length === 0 || words.includes("policies")) && !loosenPolicies()) process.exitCode = 1;
if (words.length === 0 || paths.length > 0) {
  const outcomes: Outcome[] = [];
  for (const subject of SUBJECTS) {
    const those = await mutate(subject, paths);
    if (!report(those)) process.exitCode = 1;
    outcomes.push(...those);
  }
  if (outcomes.length === 0)
    throw new Error(`No file of test/mutants/subjects.ts has "${paths}" in its path.`);
  printShare(outcomes, "in all");
  // Of a file alone a single survivor can be more than the rest.
  if (paths.length === 0 && shareOf(outcomes) < LEAST_SHARE) process.exitCode = 1;
}
