import type { z } from "zod";
import type { FieldError } from "@/contracts/problems";
import { validationFailed } from "./errors";

/** zod's issues as the field errors of the wire contract: dotted path, message, stable code. Unknown fields one by one. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: [...path, key].join("."),
        message: "Unknown field",
        code: "unknown_field",
      }));
    }
    return [{ path: path.join("."), message: messageOf(issue), code: issue.code }];
  });
}

/** zod says of what is absent that it is of the wrong type; it does not hand the value on to be asked. */
function messageOf({ code, message }: z.core.$ZodIssue): string {
  return code === "invalid_type" && message.endsWith("received undefined") ? "Is required" : message;
}

/**
 * Members named `__proto__`, which zod's records drop without a word: what a caller sent must be stored or refused, not
 * lost. With a stack of its own, because input may be nested deeper than calls can be.
 */
function droppedMembers(input: unknown): FieldError[] {
  const dropped: FieldError[] = [];
  const open: { path: string; value: unknown }[] = [{ path: "", value: input }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    for (const [name, value] of Object.entries(next.value)) {
      const path = next.path ? `${next.path}.${name}` : name;
      if (name === "__proto__") dropped.push({ path, message: "Unknown field", code: "unknown_field" });
      else open.push({ path, value });
    }
  }
  return dropped;
}

/**
 * Parses input that came from outside.
 * @throws AppError validation_failed with every wrong field
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw validationFailed(fieldErrors(result.error));
  const dropped = droppedMembers(input);
  if (dropped.length > 0) throw validationFailed(dropped);
  return result.data;
}
