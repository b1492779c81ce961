import type { z } from "zod";
import type { FieldError } from "@/contracts/problems";
import { cleaned } from "@/contracts/text";
import { validationFailed } from "./errors";
import { redactKeys } from "./key-format";

/** zod's issues as the field errors of the wire contract: dotted path, message, stable code. Unknown fields one by one. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: pathOf([...issue.path, key]),
        message: "Unknown field",
        code: "unknown_field",
      }));
    }
    return [{ path: pathOf(issue.path), message: messageOf(issue), code: issue.code }];
  });
}

/**
 * Names of fields are the caller's own. One that is an API key, by a mix-up of name and value, must not come back, nor
 * must characters that would make a line of somebody's log read backwards.
 */
function pathOf(path: readonly PropertyKey[]): string {
  return cleaned(redactKeys(path.map(String).join(".")));
}

/**
 * zod says of what is absent that it is of the wrong type; it does not hand the value on to be asked. Of a wrong name in a
 * record it says only that it is wrong; why stands inside.
 */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  const { code, message } = issue;
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
      if (name === "__proto__")
        dropped.push({ path: pathOf([path]), message: "Unknown field", code: "unknown_field" });
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
