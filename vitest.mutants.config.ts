import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { SERVER_TAGS } from "./test/support/programs.ts";
import base from "./vitest.config.ts";

/** Where test/mutants/main.ts says which tests are to notice; Stryker has no way of its own to tell Vitest. */
const { MUTANTS_TESTS = "", MUTANTS_POSTGRES = "" } = process.env;
const tests = MUTANTS_TESTS.split(",");

/** Runs the files as they are named: by itself Vitest begins with the slowest, and most mutants fall to the first. */
class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => tests.findIndex((test) => moduleId.endsWith(test));
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

/** The tests of one subject of `npm run mutants`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: tests,
    sequence: { sequencer: AsNamed },
    // What other servers do in our place says nothing of our code.
    tags: SERVER_TAGS.map((tag) => ({ ...tag, skip: true })),
    globalSetup: MUTANTS_POSTGRES ? base.test?.globalSetup : [],
  },
});
