import { createParser, type SingleParserBuilder } from "nuqs/server";
import { z } from "zod";

/**
 * How a value stands in the address bar, from the very schema that the server reads it with: text as it is, several values
 * with commas between them. What the schema refuses counts as absent instead of breaking the page, and of several values
 * those that it refuses are left out.
 */
export function addressParser<Value>(schema: z.ZodType<Value>): SingleParserBuilder<NonNullable<Value>> {
  const inner = innerOf(schema);
  return createParser<NonNullable<Value>>({
    parse: (text) => schema.safeParse(readAs(inner, text)).data ?? null,
    serialize: String,
    eq: (one, other) => String(one) === String(other),
  });
}

/** The schema of what is there, when it is there. */
function innerOf(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) return innerOf(schema.unwrap());
  // As `boundedArray` makes them.
  return schema instanceof z.ZodPipe && schema.out instanceof z.ZodArray ? schema.out : schema;
}

function readAs(schema: z.core.$ZodType, text: string): unknown {
  if (schema instanceof z.ZodBoolean) return text === "true";
  if (schema instanceof z.ZodLiteral) return [...schema.values].find((value) => String(value) === text);
  if (!(schema instanceof z.ZodArray)) return text;
  return text.split(",").filter((item) => z.safeParse(schema.element, item).success);
}
