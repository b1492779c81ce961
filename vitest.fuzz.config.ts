import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** What the command line asks for. */
    fuzz: { seed: number; runs: number };
  }
}

/** Generated input against the built product: `npm run fuzz`, which says how much of it (test/fuzz/main.ts). */
export default mergeConfig(
  { ...base, test: { ...base.test, include: undefined, exclude: undefined } },
  defineConfig({
    test: {
      include: ["test/fuzz/**/*.test.ts"],
      provide: { fuzz: { seed: 1, runs: 1_000 } },
      // As long as it takes; what hangs is found by its own time limit.
      testTimeout: 3_600_000,
      hookTimeout: 120_000,
      disableConsoleIntercept: true,
    },
  }),
);
