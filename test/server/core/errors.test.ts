import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { PROBLEM_WORDS } from "@/contracts/problem-words";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";
import {
  AppError,
  invalidField,
  isAppError,
  notFound,
  unreachable,
  validationFailed,
} from "@/server/core/errors";
import { fieldErrors, parse } from "@/server/core/validation";

/** Statuses as public-api.md gives them. */
const STATUSES: Record<ProblemCode, number> = {
  invalid_request: 400,
  malformed_json: 400,
  key_missing: 401,
  key_invalid: 401,
  key_revoked: 401,
  key_expired: 401,
  environment_mismatch: 401,
  ip_not_allowed: 403,
  origin_not_allowed: 403,
  permission_denied: 403,
  customer_out_of_scope: 403,
  cross_origin: 403,
  confirmation_required: 403,
  second_factor_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  idempotency_in_flight: 409,
  activation_limit_reached: 409,
  invalid_state: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  expectation_failed: 417,
  validation_failed: 422,
  idempotency_mismatch: 422,
  rate_limited: 429,
  too_many_jobs: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
};

describe("The table of problems", () => {
  test("has every code of the wire contract, with its status", () => {
    const statuses = Object.fromEntries(PROBLEM_CODES.map((code) => [code, PROBLEMS[code].status]));
    expect(statuses).toEqual(STATUSES);
  });

  test.each(PROBLEM_CODES)("says of %s what it means and what to do, in sentences", (code) => {
    const { title } = PROBLEMS[code];
    const { meaning, cure } = PROBLEM_WORDS[code];
    expect(title).toMatch(/^[A-Z][^.]+$/);
    for (const text of [meaning, cure]) expect(text).toMatch(/^[A-Z].*\.$/s);
  });

  test("gives each code a title and a page of its own", () => {
    expect(new Set(PROBLEM_CODES.map((code) => PROBLEMS[code].title)).size).toBe(PROBLEM_CODES.length);
    const paths = PROBLEM_CODES.map(problemPath);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) expect(path).toMatch(/^\/problems\/[a-z]+(-[a-z]+)*$/);
  });
});

describe("A refusal", () => {
  test("is known as one in another bundle of the process, where the class is another", () => {
    const twin = Object.assign(new Error("not_found: x"), { [Symbol.for("keyward.AppError")]: true });
    expect(isAppError(twin)).toBe(true);
    expect(isAppError(notFound())).toBe(true);
    for (const other of [new Error("x"), null, undefined, "not_found", {}])
      expect(isAppError(other)).toBe(false);
  });

  test("keeps its cause for our log, and out of what the caller reads", () => {
    const refusal = new AppError("conflict", "Taken.", { field: "email" }, new Error("duplicate key value"));
    expect(inspect(refusal)).toContain("duplicate key value");
    expect(`${refusal.detail}${JSON.stringify(refusal.extensions)}`).not.toContain("duplicate");
  });

  test("has no stack, which nobody reads and each stranger could have taken; a fault has one, and so has what comes next", () => {
    expect(notFound().stack).not.toContain("\n");
    expect(new AppError("internal", "A fault").stack).toContain("errors.test");
    expect(new Error("Another").stack).toContain("errors.test");
  });

  test("for a missing record is the same, every time", () => {
    const facts = ({ code, detail, extensions }: AppError) => ({ code, detail, extensions });
    expect(facts(notFound())).toEqual(facts(notFound()));
  });

  test("of one field says which in a sentence; of several, how many", () => {
    expect(invalidField("expiresAt", "Must be in the future", "past")).toMatchObject({
      code: "validation_failed",
      detail: "expiresAt: Must be in the future",
      extensions: { errors: [{ path: "expiresAt", message: "Must be in the future", code: "past" }] },
    });
    const two = [
      { path: "a", message: "x", code: "y" },
      { path: "b", message: "x", code: "y" },
    ];
    expect(validationFailed(two)).toMatchObject({
      detail: "2 fields are wrong.",
      extensions: { errors: two },
    });
  });
});

test("A switch that forgot a member says where to add it", () => {
  expect(() => unreachable("fourth" as never, "core/authorize.ts")).toThrow(
    'core/authorize.ts does not handle "fourth"; extend it there.',
  );
});

describe("Input from outside", () => {
  const schema = z.strictObject({
    name: z.string().min(1, "Must not be empty"),
    events: z.array(z.strictObject({ type: z.string() })).optional(),
    role: z.enum(["owner", "viewer"]).optional(),
  });
  const errorsOf = (input: unknown) => {
    const result = schema.safeParse(input);
    return result.success ? [] : fieldErrors(result.error).errors;
  };

  test("is returned parsed where it is right", () => {
    expect(parse(schema, { name: "a" })).toEqual({ name: "a" });
  });

  test("names every wrong field with its path, a message and a stable code", () => {
    expect(errorsOf({ name: "", events: [{ type: "a" }, { type: 3 }] })).toEqual([
      { path: "name", message: "Must not be empty", code: "too_small" },
      { path: "events.1.type", message: "Must be a string, not a number", code: "invalid_type" },
    ]);
  });

  test("names unknown fields one by one, however deep", () => {
    expect(errorsOf({ name: "a", nmae: "b", events: [{ type: "a", tpye: "b" }] })).toEqual([
      { path: "events.0.tpye", message: "Unknown field", code: "unknown_field" },
      { path: "nmae", message: "Unknown field", code: "unknown_field" },
    ]);
  });

  test("says of a missing field that it is missing, not what type nothing has", () => {
    expect(errorsOf({})).toEqual([{ path: "name", message: "Is required", code: "invalid_type" }]);
    expect(errorsOf({ name: "a", events: [{}] })).toEqual([
      { path: "events.0.type", message: "Is required", code: "invalid_type" },
    ]);
  });

  test("of the wrong kind altogether is refused, not a fault", () => {
    for (const input of [null, undefined, 7, "text", []]) {
      expect(() => parse(schema, input)).toThrow(expect.objectContaining({ code: "validation_failed" }));
    }
  });
});
