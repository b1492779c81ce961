import type { ProblemCode } from "@/contracts/problems";
import type { ProblemExtensions } from "@/server/core/errors";

/** A refusal as an example prints it; title, status and the rest follow from the code. */
export interface ProblemExample {
  problem: ProblemCode;
  detail: string;
  extensions?: ProblemExtensions;
}

/**
 * A call of a route and its answer: printed in the description, and made by test/gateway/openapi/examples.test.ts, which
 * compares what the server answers.
 */
export interface Example {
  /** Its name among those of the route. */
  name: string;
  /** What it shows. */
  summary: string;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  answer: { status: 200 | 201 | 202; body: unknown } | ProblemExample;
}

/** The examples of a route: one at the least, the usual call first. */
export type Examples = readonly [Example, ...Example[]];

/** Refusal of a record that is not there. */
export const NOT_FOUND: ProblemExample = {
  problem: "not_found",
  detail: "There is nothing here, or it is not within your reach.",
};

/** Refusal of a single wrong field. */
export function wrongField(path: string, message: string, code: string): ProblemExample {
  return {
    problem: "validation_failed",
    detail: `${path}: ${message}`,
    extensions: { errors: [{ path, message, code }] },
  };
}
