import { defineConfig, type TestUserConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** They measure nothing, and wait for each other only: as many at a time as there are processors. */
const BESIDE_OTHERS = [
  "test/slow/{backup-drill,client-package,full-disk,loosened-policies,openapi,rolling-upgrade,search,upgrade}.test.ts",
  "test/slow/{cli,gateway,lib}/**/*.test.ts",
  "test/slow/server/{demo,embedded-postgres,jobs,mails,trpc,webhooks}/**/*.test.ts",
  "test/slow/server/{main,no-proxy}.test.ts",
];

const common: TestUserConfig = {
  ...base.test,
  globalSetup: undefined,
  // Few files, each with much behind it: one that takes its process with it takes no other.
  isolate: true,
  testTimeout: 300_000,
  hookTimeout: 300_000,
};

/**
 * Tests that are too slow for every run of `npm test`: outages in real time, large tables, other people's servers, installations
 * that are made, killed and started again.
 */
export default defineConfig({
  resolve: base.resolve,
  test: {
    globalSetup: base.test?.globalSetup,
    tags: base.test?.tags,
    projects: [
      {
        resolve: base.resolve,
        test: {
          ...common,
          name: "beside others",
          include: BESIDE_OTHERS,
          exclude: [],
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve: base.resolve,
        test: {
          ...common,
          name: "alone",
          include: ["test/slow/**/*.test.ts"],
          exclude: BESIDE_OTHERS,
          // Outages are measured in real time: one file at a time.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
