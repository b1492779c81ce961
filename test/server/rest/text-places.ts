import { z } from "zod";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** An input that is good but for one text in it. */
type Place = (text: string) => unknown;

/**
 * Every place of an input in which somebody can put a text, found in the schema itself, so that a field which is added
 * later is looked at as well: texts, members of any name, and whatever JSON of any shape takes.
 */
export function textPlaces(schema: z.ZodType): Place[] {
  return placesIn(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
}

function variantsOf(schema: JsonSchema): JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[];
}

function placesIn(schema: JsonSchema): Place[] {
  if (variantsOf(schema).length > 0) return variantsOf(schema).flatMap(placesIn);
  if (schema.const !== undefined || schema.enum) return [];
  switch (schema.type) {
    case "string":
      return [schema.format === "email" ? (text) => `${text}@acme.example` : (text) => text];
    case "array":
      return placesIn(schema.items as JsonSchema).map((place) => (text) => [place(text)]);
    case "object":
      return placesInObject(schema);
    case undefined:
      return [
        (text) => text,
        (text) => ({ a: [text] }),
        (text) => ({ a: { [text]: 1 } }),
        (text) => ({ email: "ada@acme.example", name: text }),
      ];
    default:
      return [];
  }
}

function placesInObject(schema: JsonSchema): Place[] {
  const base = sampleOf(schema) as object;
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    placesIn(property as JsonSchema).map(
      (place): Place =>
        (text) => ({ ...base, [name]: place(text) }),
    ),
  );
  const any = schema.additionalProperties;
  if (typeof any !== "object") return named;
  const inAny = placesIn(any).map(
    (place): Place =>
      (text) => ({ ...base, any: place(text) }),
  );
  return [...named, ...inAny, (text) => ({ ...base, [text]: sampleOf(any) })];
}

/** The least that the schema takes. */
function sampleOf(schema: JsonSchema): unknown {
  const [variant] = variantsOf(schema);
  if (variant) return sampleOf(variant);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case "string":
      return sampleText(schema);
    case "number":
    case "integer":
      return Math.max(1, schema.minimum ?? 1);
    case "boolean":
      return true;
    case "null":
      return null;
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items as JsonSchema));
    case "object": {
      const required = (schema.required ?? []).map((name) => [
        name,
        sampleOf(schema.properties?.[name] as JsonSchema),
      ]);
      return Object.fromEntries(required);
    }
    default:
      return {};
  }
}

function sampleText({ format, pattern, minLength = 0 }: JsonSchema): string {
  if (format === "email") return "ada@acme.example";
  if (format === "date-time") return "2023-11-23T12:00:00.000Z";
  const prefix = /^\^([a-z]{3})_/.exec(pattern ?? "")?.[1];
  return prefix ? `${prefix}_01h455vb4pex5vsknk084sn02q` : "x".repeat(minLength);
}
