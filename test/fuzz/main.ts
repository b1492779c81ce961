import { parseArgs } from "node:util";
import { startVitest } from "vitest/node";

const USAGE = "Usage: npm run fuzz -- [--seed <number>] [--runs <number>]";

/** @throws Error for options that are not there, or no whole numbers */
function options(): { seed: number; runs: number } {
  const { values } = parseArgs({ options: { seed: { type: "string" }, runs: { type: "string" } } });
  const { seed = String(Date.now() % 2 ** 31), runs = "100000" } = values;
  if (![seed, runs].every((text) => /^\d{1,10}$/.test(text))) throw new Error("These are whole numbers.");
  return { seed: Number(seed), runs: Number(runs) };
}

try {
  const fuzz = options();
  const { seed, runs } = fuzz;
  process.stdout.write(`${runs} inputs; again with: npm run fuzz -- --seed ${seed} --runs ${runs}\n`);
  const vitest = await startVitest("test", [], {
    config: "vitest.fuzz.config.ts",
    watch: false,
    provide: { fuzz },
  });
  await vitest.close();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
  process.exitCode = 2;
}
