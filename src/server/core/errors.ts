import { MAX_FIELD_ERRORS } from "@/contracts/bounds";
import { type FieldError, PROBLEMS, type ProblemCode } from "@/contracts/problems";
import { redactKeys } from "./key-format";

/** Extension members of a problem (RFC 9457, section 3.2), such as `missingPermissions`. */
export type ProblemExtensions = Record<string, unknown>;

const BRAND = Symbol.for("keyward.AppError");

/**
 * A refusal with a code of the problem table. `detail` is for the caller; the cause, if any, is for our log.
 * The two planes translate it; nothing else catches it.
 */
export class AppError extends Error {
  override name = "AppError";
  readonly [BRAND] = true;
  readonly detail: string;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly extensions: ProblemExtensions = {},
    cause?: unknown,
  ) {
    // Refusals quote what was sent, and clients log refusals: a key in the wrong place must not come back.
    const safe = redactKeys(detail);
    // Of a refusal nobody reads the stack, and taking it costs more than all else that answers an unknown path.
    const { stackTraceLimit } = Error;
    if (PROBLEMS[code].status < 500) Error.stackTraceLimit = 0;
    super(`${code}: ${safe}`, { cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.detail = safe;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** True also for an AppError of another bundle of this process (Next's and main.ts's), for which instanceof is false. */
export function isAppError(error: unknown): error is AppError {
  return typeof error === "object" && error !== null && BRAND in error;
}

/** What a caller reads of a fault: nothing of it. */
export const INTERNAL_DETAIL = "Something went wrong on our side. The request id leads to the details.";

/** 422 with one wrong field. */
export function invalidField(path: string, message: string, code = "invalid"): AppError {
  return validationFailed([{ path, message, code }]);
}

/**
 * 422 with the list of wrong fields, the first fifty of them.
 * @param total how many there are, where the list given has not all of them
 */
export function validationFailed(errors: readonly FieldError[], total = errors.length): AppError {
  const told = errors.slice(0, MAX_FIELD_ERRORS);
  return new AppError("validation_failed", detailOf(told, total), { errors: told });
}

function detailOf(errors: readonly FieldError[], total: number): string {
  const [first] = errors;
  const told = errors.length;
  if (total > told) return `${total} fields are wrong; these are the first ${told}.`;
  if (total > 1) return `${total} fields are wrong.`;
  return first?.path ? `${first.path}: ${first.message}` : (first?.message ?? "Invalid");
}

/**
 * Runs what speaks of its own fields where the caller has them one level further in, as in a job's `input`: a refusal
 * names them by the path that the caller sent.
 */
export async function within<Result>(field: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error) || error.code !== "validation_failed") throw error;
    const { errors = [] } = error.extensions as { errors?: FieldError[] };
    throw validationFailed(
      errors.map(({ path, ...rest }) => ({ path: path ? `${field}.${path}` : field, ...rest })),
    );
  }
}

/**
 * 404 for a record, byte for byte the same for "does not exist" and "not yours":
 * a difference would let a caller find out which ids exist elsewhere.
 */
export function notFound(): AppError {
  return new AppError("not_found", "There is nothing here, or it is not within your reach.");
}

/** 404 for a path that nothing serves. Which paths there are is no secret: the description tells everybody. */
export function noSuchPath(): AppError {
  const listed = "Its paths are listed at /docs/reference, and in /api/v1/openapi.json.";
  return new AppError("not_found", `This API has no such path. ${listed}`);
}

/** A switch over a closed union ends here; reaching it means that a new member was not handled. */
export function unreachable(value: never, where: string): never {
  throw new Error(`${where} does not handle ${JSON.stringify(value)}; extend it there.`);
}
