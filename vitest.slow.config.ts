import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/**
 * Tests that are too slow for every run of `npm test`: outages in real time, large tables, other people's servers, installations
 * that are made, killed and started again.
 */
export default mergeConfig(
  { ...base, test: { ...base.test, include: undefined, exclude: undefined } },
  defineConfig({
    test: {
      include: ["test/slow/**/*.test.ts"],
      // Outages are measured in real time: one file at a time.
      fileParallelism: false,
      // Few files, each with much behind it: one that takes its process with it takes no other.
      isolate: true,
      testTimeout: 300_000,
      hookTimeout: 300_000,
    },
  }),
);
