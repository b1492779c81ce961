import { BENCHMARKS, type BenchOptions } from "./benchmarks";

/*
 * Runs one benchmark on a database, in a process of its own: what one leaves in the memory would be measured by the next, and
 * one that hangs can be ended with all that it has started. main.ts starts it and is told the results.
 *
 *     node --import tsx test/bench/one.ts <benchmark> <options as JSON> <database url> [<another>]
 */
const [name = "", options = "{}", databaseUrl = "", otherUrl = ""] = process.argv.slice(2);
const benchmark = BENCHMARKS[name];
if (!benchmark) throw new Error(`There is no benchmark "${name}".`);

const results = await benchmark.run(databaseUrl, JSON.parse(options) as BenchOptions, otherUrl);
process.send?.(results, () => process.exit(0));
