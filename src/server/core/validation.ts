import type { z } from "zod";
import { MAX_FIELD_ERROR_LENGTH, MAX_FIELD_ERRORS } from "@/contracts/bounds";
import type { FieldError } from "@/contracts/problems";
import "@/contracts/schemas/words";
import { cleaned } from "@/contracts/text";
import { type AppError, validationFailed } from "./errors";
import { redactKeys } from "./key-format";

/** Wrong fields as an answer tells them: as many as fit, and how many there are in all. */
export interface FieldErrors {
  errors: FieldError[];
  total: number;
}

/** What zod found wrong, as a refusal. */
export function zodRefusal(error: z.ZodError): AppError {
  const { errors, total } = fieldErrors(error);
  return validationFailed(errors, total);
}

/**
 * zod's issues as the field errors of the wire contract: dotted path, message, stable code. Unknown fields one by one.
 * However many there are, no more than an answer may name are made into text.
 */
export function fieldErrors({ issues }: z.ZodError): FieldErrors {
  const found: FieldErrors = { errors: [], total: 0 };
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") {
      note(found, () => ({ path: pathOf(issue.path), message: messageOf(issue), code: issue.code }));
      continue;
    }
    for (const key of issue.keys) note(found, () => unknownField(pathOf([...issue.path, key])));
  }
  return found;
}

function note(found: FieldErrors, made: () => FieldError): void {
  found.total++;
  if (found.errors.length >= MAX_FIELD_ERRORS) return;
  const { path, message, code } = made();
  found.errors.push({ path, message: message.slice(0, MAX_FIELD_ERROR_LENGTH), code });
}

const unknownField = (path: string): FieldError => ({
  path,
  message: "Unknown field",
  code: "unknown_field",
});

/**
 * Names of fields are the caller's own: one may fill the whole body, one that is an API key, by a mix-up of name and value,
 * must not come back, nor must characters that would make a line of somebody's log read backwards. Cut first: a key that
 * is cut off is still known as one.
 */
function pathOf(path: readonly PropertyKey[]): string {
  let text = "";
  for (const [index, part] of path.entries()) {
    text += index === 0 ? String(part) : `.${String(part)}`;
    if (text.length > MAX_FIELD_ERROR_LENGTH) break;
  }
  return cleaned(redactKeys(text.slice(0, MAX_FIELD_ERROR_LENGTH)));
}

/** Of a wrong name in a record it is said only that it is wrong; why stands inside. */
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

/** A value within the input, and the way to it, from the inside out: paths are made for those alone that are told. */
interface FieldPath {
  value: unknown;
  name: string;
  outer: FieldPath | null;
}

function pathTo(place: FieldPath): string {
  const path: string[] = [];
  for (let at: FieldPath = place; at.outer; at = at.outer) path.unshift(at.name);
  return pathOf(path);
}

/**
 * Members named `__proto__`, which zod's records drop without a word: what a caller sent must be stored or refused, not
 * lost. With a stack of its own, because input that did not come as JSON may be nested deeper than calls can be.
 */
function droppedMembers(input: unknown): FieldErrors {
  const found: FieldErrors = { errors: [], total: 0 };
  const open: FieldPath[] =
    typeof input === "object" && input !== null ? [{ value: input, name: "", outer: null }] : [];
  for (let outer = open.pop(); outer; outer = open.pop()) {
    const holder = outer.value as Record<string, unknown>;
    // A job has up to 250,000 values, of which most are neither objects nor wrong: nothing is made for those.
    for (const name of Object.keys(holder)) {
      const value = holder[name];
      if (name === "__proto__") note(found, () => unknownField(pathTo({ value, name, outer })));
      else if (typeof value === "object" && value !== null) open.push({ value, name, outer });
    }
  }
  return found;
}

/**
 * Parses input that came from outside.
 * @throws AppError validation_failed with every wrong field, or the first fifty of them
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw zodRefusal(result.error);
  const { errors, total } = droppedMembers(input);
  if (total > 0) throw validationFailed(errors, total);
  return result.data;
}
