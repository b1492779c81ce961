import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { BENCHMARKS } from "./benchmarks";
import { circumstancesOf, keep, passes, reportOf, tableOf } from "./report";
import type { Outcome } from "./result";
import { runOne } from "./run-one";

const USAGE = `npm run bench [-- <benchmark>… --log-rows 10000000 --plans]
Measures, and prints one table; test-results/bench.json has the same. \`npm run bench:readme\` puts it into the README.
benchmarks: ${Object.keys(BENCHMARKS).join(", ")}; all of them unless some are named
--log-rows  of the log that its page is asked about (default 1000000; the bars are for 10000000)
--plans     prints Postgres' plans of what is asked as well`;

const print = (text: string) => void process.stdout.write(`${text}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "log-rows": { type: "string", default: "1000000" },
    plans: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !(name in BENCHMARKS));
if (values.help || unknown.length > 0) {
  print(unknown.length > 0 ? `There is no benchmark "${unknown[0]}".\n\n${USAGE}` : USAGE);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
  const [began, loadBefore = Number.NaN] = [new Date(), loadavg()[0]];
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort());
  const outcomes: Outcome[] = [];
  for (const name of names) {
    const benchmark = BENCHMARKS[name];
    if (!benchmark || interrupt.signal.aborted) continue;
    const options = { logRows: Number(values["log-rows"]), plans: values.plans };
    const outcome = await runOne(name, benchmark, options, interrupt.signal);
    outcomes.push(outcome);
    print(`${name}: ${outcome.failure ?? "done"}, ${outcome.seconds} s`);
    keep(reportOf(began, loadBefore, outcomes));
  }
  const report = reportOf(began, loadBefore, outcomes);
  print(`\n${circumstancesOf(report)}\n\n${tableOf(report)}`);
  process.exitCode = passes(report) ? 0 : 1;
}
