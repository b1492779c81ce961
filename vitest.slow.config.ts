import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** Tests that are too slow for every run of `npm test`: outages in real time, large tables, other people's servers. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: undefined, exclude: undefined } },
  defineConfig({
    test: {
      include: ["test/slow/**/*.test.ts"],
      // Outages are measured in real time: one file at a time.
      fileParallelism: false,
      testTimeout: 300_000,
      hookTimeout: 300_000,
    },
  }),
);
