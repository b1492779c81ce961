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
 * Parses input that came from outside.
 * @throws AppError validation_failed with every wrong field
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) throw validationFailed(fieldErrors(result.error));
  return result.data;
}
