import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** The tests that call the public API, once more: for each call to be written down with its answer (test/support/recorded-calls.ts). */
export default defineConfig({
  resolve: base.resolve,
  test: {
    ...base.test,
    include: ["test/{gateway,client}/**/*.test.ts"],
    // What judges them waits for all of them; how long one takes is for the other run to say.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: [...(base.test?.setupFiles ?? []), "test/support/recorded-calls.ts"],
  },
});
