import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** Browser tests: as many files at a time as there are processors; each drives a Chromium and a built Keyward of its own. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: undefined, exclude: undefined } },
  defineConfig({
    test: {
      include: ["test/e2e/**/*.test.ts"],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      // A browser on a busy machine can be late for one step. `.ci/run` names the tests that passed at the second attempt.
      retry: process.env.CI ? 1 : 0,
    },
  }),
);
