import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** The tests that need neither a build nor a Postgres, for `npm run check`. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: undefined, exclude: undefined, globalSetup: undefined } },
  defineConfig({
    test: {
      include: [
        "test/architecture.test.ts",
        "test/{architecture,components,contracts,features,lib,trpc}/**/*.test.{ts,tsx}",
        "test/server/core/**/*.test.ts",
      ],
      // What Postgres quotes in its errors is asked of a real one.
      exclude: ["test/server/core/logger.test.ts"],
    },
  }),
);
