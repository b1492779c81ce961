import { newEmail } from "@test/support/fixture";
import { z } from "zod";
import { PERMISSION_NAME } from "@/contracts/permissions";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** An input that is good but for one text in it. */
type Place = (text: string) => unknown;

/** What a field of that name must hold, where its schema does not say so in JSON Schema. */
const BY_NAME: Record<string, () => unknown> = {
  // Another one each time: two customers of one address are a conflict, whatever else is in them.
  email: newEmail,
  permissions: () => ["licenses:read"],
  path: () => "/api/v1/staging/key",
  address: () => "203.0.113.7",
  rateLimits: () => ({ minute: 1 }),
  forbiddenPermissions: () => [],
  separatedPermissions: () => [],
  approvalPermissions: () => [],
  events: () => ["key.created"],
  url: () => "https://example.com/webhooks",
};

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
      return [(text) => text];
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

/** The members of an object. Where their names are a closed list, none of it is a text of somebody's. */
function membersOf({ properties, propertyNames, additionalProperties: any }: JsonSchema) {
  const listed = typeof propertyNames === "object" ? propertyNames.enum : undefined;
  if (!listed) return { named: (properties ?? {}) as Record<string, JsonSchema>, any };
  return {
    named: Object.fromEntries(listed.map((name) => [String(name), any as JsonSchema])),
    any: undefined,
  };
}

function placesInObject(schema: JsonSchema): Place[] {
  const { named: members, any } = membersOf(schema);
  const base = () => sampleOf(schema) as object;
  const named = Object.entries(members).flatMap(([name, property]) => {
    const ofEmail: Place[] = name === "email" ? [(text) => `${text}@acme.example`] : [];
    return [...placesIn(property), ...ofEmail].map(
      (place): Place =>
        (text) => ({ ...base(), [name]: place(text) }),
    );
  });
  if (typeof any !== "object") return named;
  const inAny = placesIn(any).map(
    (place): Place =>
      (text) => ({ ...base(), any: place(text) }),
  );
  return [...named, ...inAny, (text) => ({ ...base(), [text]: sampleOf(any) })];
}

/** The least that the schema takes. */
function sampleOf(schema: JsonSchema, name = ""): unknown {
  const [variant] = variantsOf(schema);
  if (variant) return sampleOf(variant);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case "string":
      return sampleText(schema, name);
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
      const properties = Object.entries(membersOf(schema).named);
      const needed = properties.filter(([name]) => name in BY_NAME || schema.required?.includes(name));
      return Object.fromEntries(
        needed.map(([name, one]) => [name, BY_NAME[name]?.() ?? sampleOf(one, name)]),
      );
    }
    default:
      return {};
  }
}

function sampleText({ format, pattern, minLength = 0 }: JsonSchema, name: string): string {
  // The end of a period comes after its start.
  if (format === "date-time") return `2023-11-2${name === "to" ? 4 : 3}T12:00:00.000Z`;
  if (pattern === PERMISSION_NAME.source) return "orders:read";
  const prefix = /^\^([a-z]{3})_/.exec(pattern ?? "")?.[1];
  return prefix ? `${prefix}_01h455vb4pex5vsknk084sn02q` : "x".repeat(minLength);
}
