import * as z from "zod";
import type { Component, JsonSchema, PropertyText } from "./component";
import { ANSWERS, INPUTS } from "./components/all";
import { VALUES } from "./components/values";

/** Whether a schema describes what is sent, or what is answered. */
type Direction = "input" | "output";

/** The schemas of the description: those with a name, and references to them for everything else. */
export interface Schemas {
  named: Record<string, JsonSchema>;
  /** The schema of a body or an answer. @throws Error for an object that has no name */
  of(schema: z.ZodType, direction: Direction): JsonSchema;
  /** The properties of a query or of the parameters in a path. */
  propertiesOf(schema: z.ZodObject): { name: string; schema: JsonSchema; required: boolean }[];
}

const referenceTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** Makes the schemas of the description from those that the server parses with and answers by. */
export function createSchemas(): Schemas {
  const values = new Map(
    VALUES.map(({ name, schema }) => [JSON.stringify(cleaned(plain(schema, "input"), "input")), name]),
  );
  const refer = (node: JsonSchema): JsonSchema => {
    const name = values.get(JSON.stringify(node));
    return name === undefined ? node : referenceTo(name);
  };
  const named = {
    ...namedSchemas(INPUTS, "input", refer),
    ...namedSchemas(ANSWERS, "output", refer),
    ...namedSchemas(VALUES, "input", (node) => node),
  };
  const names = new Map([...INPUTS, ...ANSWERS, ...VALUES].map(({ schema, name }) => [schema, name]));
  return {
    named: Object.fromEntries(Object.entries(named).sort(([one], [other]) => (one < other ? -1 : 1))),
    of(schema, direction) {
      const name = names.get(schema);
      if (name !== undefined) return referenceTo(name);
      const node = cleaned(plain(schema, direction), direction, refer);
      if (node.type !== "object") return node;
      throw new Error(`An object of the public API has no name: list it in src/gateway/openapi/components.`);
    },
    propertiesOf(schema) {
      const { properties, required } = cleaned(plain(schema, "input"), "input", refer);
      return Object.entries(properties as Record<string, JsonSchema>).map(([name, property]) => ({
        name,
        schema: property,
        required: ((required ?? []) as string[]).includes(name),
      }));
    },
  };
}

/** Nothing of what other code has noted for zod's own registry. */
const NO_METADATA = z.registry<Record<string, never>>();

/** `.meta({ deprecated: true })` is all that a schema tells of itself by its metadata. */
function markDeprecated({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: JsonSchema }): void {
  if (z.globalRegistry.get(zodSchema as z.ZodType)?.deprecated) jsonSchema.deprecated = true;
}

function plain(schema: z.ZodType, io: Direction): JsonSchema {
  const { $schema: _, ...node } = z.toJSONSchema(schema, {
    io,
    metadata: NO_METADATA,
    unrepresentable: "any",
    override: markDeprecated,
  });
  return node;
}

function namedSchemas(
  components: readonly Component[],
  io: Direction,
  refer: (node: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const { schema, name } of components) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    metadata: NO_METADATA,
    unrepresentable: "any",
    override: markDeprecated,
    uri: (name) => `#/components/schemas/${name}`,
  });
  return Object.fromEntries(
    components.map((component) => {
      const { $schema: _, $id: __, ...node } = schemas[component.name] as JsonSchema;
      return [component.name, described(component, cleaned(node, io, refer, true))];
    }),
  );
}

/** With what is said of it, and of its properties. */
function described({ description, properties = {}, keywords }: Component, node: JsonSchema): JsonSchema {
  const { type, ...rest } = node;
  const whole = { ...(type === undefined ? {} : { type }), description, ...rest, ...keywords };
  if (!isObject(node.properties)) return whole;
  const texts = Object.entries(node.properties).map(([name, property]) => [
    name,
    withText(property as JsonSchema, properties[name]),
  ]);
  return { ...whole, properties: Object.fromEntries(texts) };
}

/** A property with its text, which has the last word: where it names a keyword, what follows from the schema gives way. */
export function withText(property: JsonSchema, text: PropertyText | undefined): JsonSchema {
  return { ...property, ...(typeof text === "string" ? { description: text } : text) };
}

/**
 * What zod says of a schema, in the words of the description. Answers stay open, so that a member can be added to them
 * without breaking a client which was generated before; what is sent is closed, as the server refuses unknown fields.
 * @param isNamed whether it is the one that has the name, which must not become a reference to itself
 */
function cleaned(
  node: JsonSchema,
  io: Direction,
  refer: (node: JsonSchema) => JsonSchema = (node) => node,
  isNamed = false,
): JsonSchema {
  const inner = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inner);
    return isObject(value) ? cleaned(value, io, refer) : value;
  };
  const { properties, enum: listed, default: preset, deprecated, ...keywords } = node;
  const result: JsonSchema = Object.fromEntries(
    Object.entries(keywords).map(([keyword, value]) => [keyword, inner(value)]),
  );
  if (listed !== undefined) result.enum = listed;
  if (isObject(properties)) {
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, inner(property)]),
    );
  }
  tidy(result, io);
  const joined = nullable(result) ?? result;
  const referred = isNamed ? joined : refer(joined);
  // Said beside a reference, as they are true of this place alone.
  return {
    ...referred,
    ...(preset === undefined ? {} : { default: preset }),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}

/** Says of one node what holds, and leaves out what says nothing. */
function tidy(node: JsonSchema, io: Direction): void {
  // The format says the same, as a pattern does in three hundred characters.
  if (node.format === "date-time") delete node.pattern;
  // What we answer is UTC with milliseconds.
  if (node.format === "date-time" && io === "output") node.maxLength = "2026-11-23T12:30:30.000Z".length;
  if (node.format === "ipv4" || node.format === "ipv6") {
    delete node.pattern;
    node.maxLength = node.format === "ipv4" ? 15 : 45;
  }
  if (node.minLength === 0) delete node.minLength;
  if (node.minItems === 0) delete node.minItems;
  delete node.propertyNames;
  if (io === "output" && node.additionalProperties === false) delete node.additionalProperties;
  if (isObject(node.additionalProperties) && Object.keys(node.additionalProperties).length === 0)
    node.additionalProperties = true;
  if (node.type === "integer") {
    const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = node;
    // Of what is answered, all whole numbers are counts.
    node.minimum = minimum === Number.MIN_SAFE_INTEGER ? 0 : minimum;
    node.maximum = maximum;
    node.format = Number(maximum) < 2 ** 31 ? "int32" : "int64";
  }
}

/** `anyOf: [A, null]` as a type of its own, where A is a plain one, and as one choice where A is one. */
function nullable({ anyOf, ...rest }: JsonSchema): JsonSchema | null {
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return null;
  const [one, other] = anyOf as [JsonSchema, JsonSchema];
  if (other.type === "null" && Array.isArray(one.anyOf)) return { ...rest, anyOf: [...one.anyOf, other] };
  if (other.type !== "null" || typeof one.type !== "string" || one.enum) return null;
  return { ...rest, ...one, type: [one.type, "null"] };
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
