import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** Where test/mutants/main.ts says which tests are to notice; Stryker has no way of its own to tell Vitest. */
const { MUTANTS_TESTS = "" } = process.env;

/** The tests of one subject of `npm run mutants`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: MUTANTS_TESTS.split(","),
  },
});
