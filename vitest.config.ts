import { availableParallelism } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { SERVER_TAGS } from "./test/support/programs.ts";

const alias = {
  "@": path.resolve(import.meta.dirname, "src"),
  "@test": path.resolve(import.meta.dirname, "test"),
};

/** Of a file whose tests take about ten seconds and more (`// @module-tag long`). */
const LONG_TAG = { name: "long", description: "left out by npm test, and by nothing else" } as const;

export default defineConfig({
  resolve: { alias },
  test: {
    include: ["test/**/*.test.ts"],
    // A slow test installs other people's packages below test/, with tests of their own.
    exclude: ["**/node_modules/**", "test/e2e/**", "test/bench/**", "test/fuzz/**", "test/slow/**"],
    globalSetup: ["test/support/missing-servers.ts", "test/support/global-setup.ts"],
    setupFiles: [
      "test/support/shared-process.ts",
      "test/support/after-answers.ts",
      "test/support/property-seed.ts",
      // Names the folder that calls of the public API are written down in, with their answers.
      ...(process.env.RECORD_CALLS_IN ? ["test/support/recorded-calls.ts"] : []),
    ],
    tags: [...SERVER_TAGS, LONG_TAG],
    env: { NODE_ENV: "test" },
    // Vitest would keep one core free, which of two is half. No more than eight: all share one Postgres, and a suite
    // takes up to 20 of its 200 connections.
    maxWorkers: Math.min(availableParallelism(), 8),
    // A process for each file would load the product anew 200 times, which took a third of the run.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is polled for comes when the machine has time for it: Vitest's one second is a limit on speed.
    expect: { poll: { timeout: 20_000 } },
  },
});
