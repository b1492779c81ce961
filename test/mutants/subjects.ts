import { readFileSync } from "node:fs";

/** Code that is mutated, and the tests that have to notice. */
export interface Subject {
  /** Files, or those lines of a file that declare a name. */
  code: readonly (string | { file: string; only: string })[];
  /** In the order in which they run, up to the first that fails: the fastest first. */
  tests: readonly string[];
  /** Whether these tests need Postgres, which takes seconds to start. */
  postgres?: true;
}

/**
 * What decides who gets in, what counts, and what is shown: a small change here must not pass unnoticed. In small groups,
 * as a change to a constant runs all tests of its group.
 */
export const SUBJECTS: readonly Subject[] = [
  {
    code: ["src/contracts/ends.ts", { file: "src/contracts/keys.ts", only: "export function keyStatus" }],
    tests: ["test/contracts/keys.test.ts"],
  },
  {
    code: ["src/contracts/permissions.ts", "src/server/core/authorize.ts"],
    tests: ["test/server/core/authorize.test.ts", "test/contracts/keys.test.ts"],
  },
  {
    code: ["src/contracts/key-shape.ts", "src/server/core/key-format.ts"],
    tests: ["test/contracts/pasted-key.test.ts", "test/server/core/key-format.test.ts"],
  },
  {
    code: ["src/server/core/addresses.ts", "src/server/core/client-address.ts"],
    tests: ["test/server/core/addresses.test.ts", "test/server/core/client-address.test.ts"],
  },
  { code: ["src/contracts/origins.ts"], tests: ["test/contracts/origins.test.ts"] },
  {
    code: ["src/server/core/csv.ts", "src/server/core/cursor.ts"],
    tests: ["test/server/core/csv.test.ts", "test/server/core/cursor.test.ts"],
  },
  {
    code: [
      "src/server/rate-limit/decision.ts",
      "src/server/rate-limit/memory-limiter.ts",
      "src/server/rate-limit/sliding-window.ts",
    ],
    tests: [
      "test/server/rate-limit/decision.test.ts",
      "test/server/rate-limit/sliding-window.test.ts",
      "test/server/rate-limit/memory-limiter.test.ts",
      "test/server/rate-limit/limiter.test.ts",
    ],
  },
  {
    code: ["src/gateway/request-log/redact.ts"],
    tests: ["test/gateway/request-log/redact.test.ts"],
  },
  {
    code: ["src/gateway/authenticate/checks.ts"],
    tests: ["test/gateway/authenticate/checks.test.ts", "test/gateway/authenticate/look-up.test.ts"],
    postgres: true,
  },
  {
    code: ["src/gateway/authenticate/look-up.ts"],
    tests: ["test/gateway/authenticate/look-up.test.ts", "test/gateway/authenticate/authenticate.test.ts"],
    postgres: true,
  },
];

/** The lines of a subject's code in the form that Stryker takes, of the files whose path holds one of the words. */
export function rangesOf({ code }: Subject, words: readonly string[]): string[] {
  return code.flatMap((part) => {
    const { file, only } = typeof part === "string" ? { file: part, only: null } : part;
    if (words.length > 0 && !words.some((word) => file.includes(word))) return [];
    return only === null ? file : `${file}:${linesOf(file, only)}`;
  });
}

/** First and last line of a declaration at the top level, which ends with the first brace in the first column. */
function linesOf(file: string, declaration: string): string {
  const lines = readFileSync(file, "utf8").split("\n");
  const first = lines.findIndex((line) => line.startsWith(declaration));
  if (first === -1) throw new Error(`${file} does not hold "${declaration}" any more.`);
  const last = lines.findIndex((line, index) => index > first && line.startsWith("}"));
  return `${first + 1}-${last + 1}`;
}
