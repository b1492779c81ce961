import type { z } from "zod";

/** JSON Schema (draft 2020-12, which OpenAPI 3.1 is made of), as far as it is written here. */
export type JsonSchema = { [keyword: string]: unknown };

/** What is said of a property: in words, with further keywords where its zod schema cannot say all that holds. */
export type PropertyText = string | ({ description: string } & JsonSchema);

/** A schema that has a name in the description, by which everything else refers to it. */
export interface Component {
  name: string;
  schema: z.ZodType;
  description: string;
  /** Of an object: what is said of each of its properties. */
  properties?: Record<string, PropertyText>;
  /** Keywords beside those that follow from the schema, or in their place. */
  keywords?: JsonSchema;
}

/** An object. A property without a text, or a text without a property, does not compile. */
export function object<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  description: string,
  properties: Record<keyof Schema["shape"] & string, PropertyText>,
): Component {
  return { name, schema, description, properties };
}
