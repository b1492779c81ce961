import fc from "fast-check";
import type { ApiDocument, JsonSchema } from "./document";

/**
 * A text that stands for one that an answer held: `{{lic:3}}` for an id, `{{key:0}}` for a member of that name. What sends a
 * call puts it there, or another where nothing of the kind has come yet. So a call can be about what is really there, and is
 * plain data all the same.
 */
export const KNOWN_TEXT = /\{\{(\w+):(\d+)\}\}/g;

const knownText = (name: string) => fc.nat(50).map((number) => `{{${name}:${number}}}`);

/** The prefix of an id, of its pattern. */
const ID_PATTERN = /^\^([a-z]{3})_/;

/** An example with what answers held in the place of its texts. */
export function withKnownTexts(example: unknown): fc.Arbitrary<unknown> {
  const places: Record<string, fc.Arbitrary<string>> = {};
  const text = JSON.stringify({ example }, (name, value: unknown) => {
    if (typeof value !== "string") return value;
    const place = `\u0001${Object.keys(places).length}\u0001`;
    places[place] = knownText(/^([a-z]{3})_[0-9a-z]{26}$/.exec(value)?.[1] ?? name);
    return place;
  });
  return fc.record(places).map((chosen) => {
    const revive = (_: string, value: unknown) =>
      typeof value === "string" ? (chosen[value] ?? value) : value;
    return (JSON.parse(text, revive) as { example: unknown }).example;
  });
}

interface Place {
  resolve: ApiDocument["resolve"];
  /** The name of the member or parameter that the value is for. */
  name?: string;
  /** How deep it stands. */
  depth?: number;
}

const MAX_DEPTH = 6;

/** Values that a schema allows, as far as it says: what is said in words alone is found out by sending them. */
export function valuesOf(node: unknown, place: Place): fc.Arbitrary<unknown> {
  const schema = place.resolve(node);
  const inner = (node: unknown, name = place.name) =>
    valuesOf(node, { ...place, ...(name === undefined ? {} : { name }), depth: (place.depth ?? 0) + 1 });
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const choices = (schema.oneOf ?? schema.anyOf) as unknown[] | undefined;
  if (choices) return fc.oneof(...choices.map((choice) => inner(choice)));
  if (Array.isArray(schema.allOf)) {
    const parts = fc.tuple(...schema.allOf.map((part) => inner(part)));
    return parts.map((parts) => Object.assign({}, ...parts));
  }
  const types = [schema.type ?? []].flat() as string[];
  if (types.length > 1) return fc.oneof(...types.map((type) => inner({ ...schema, type })));
  switch (types[0]) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return wholeNumbers(schema);
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "string":
      return texts(schema, place.name);
    case "array":
      return lists(schema, inner);
    case "object":
      return objects(schema, inner, place.depth ?? 0);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function wholeNumbers({ minimum = 0, maximum = 2 ** 31 }: JsonSchema): fc.Arbitrary<number> {
  const [min, max] = [Number(minimum), Number(maximum)];
  const small = fc.integer({ min, max: Math.min(max, min + 5) });
  return fc.oneof(
    { weight: 8, arbitrary: small },
    { weight: 1, arbitrary: fc.maxSafeInteger().map((whole) => Math.min(max, Math.max(min, whole))) },
  );
}

function texts(schema: JsonSchema, name = ""): fc.Arbitrary<string> {
  const { pattern, format, minLength = 0, maxLength = 40 } = schema;
  const [, prefix] = ID_PATTERN.exec(String(pattern ?? "")) ?? [];
  if (prefix !== undefined) return knownText(prefix);
  const length = {
    minLength: Number(minLength),
    maxLength: Math.max(Number(minLength), Math.min(Number(maxLength), 40)),
  };
  const plain = fc.string({ ...length, unit: "grapheme" });
  const examples = (schema.examples ?? []) as string[];
  const known = [
    ...(name ? [{ weight: 2, arbitrary: knownText(name) }] : []),
    ...(examples.length > 0 ? [{ weight: 2, arbitrary: fc.constantFrom(...examples) }] : []),
  ];
  if (format === "date-time") {
    const [min, max] = [new Date("2000-01-01T00:00:00Z"), new Date("2100-01-01T00:00:00Z")];
    return fc.oneof(
      fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constant("2023-11-23T12:00:00+01:00"),
    );
  }
  if (format === "email") return fc.oneof(...known, { weight: 3, arbitrary: fc.emailAddress() });
  // A few words, so that what one call made another one finds.
  const words = fc
    .constantFrom("Editor", "device", "app.start", "x")
    .filter((word) => word.length >= length.minLength && word.length <= length.maxLength);
  return fc.oneof(...known, { weight: 2, arbitrary: words }, { weight: 1, arbitrary: plain });
}

function lists(
  { items = {}, minItems = 0, maxItems = 3 }: JsonSchema,
  inner: (node: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown[]> {
  const minLength = Number(minItems);
  return fc.array(inner(items), { minLength, maxLength: Math.max(minLength, Math.min(3, Number(maxItems))) });
}

function objects(
  schema: JsonSchema,
  inner: (node: unknown, name?: string) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<object> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const members = Object.entries(properties as Record<string, unknown>);
  if (members.length === 0 && additionalProperties !== false && depth < MAX_DEPTH) {
    return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
  }
  const needed = required as string[];
  return fc.record(Object.fromEntries(members.map(([name, node]) => [name, inner(node, name)])), {
    requiredKeys: members.map(([name]) => name).filter((name) => needed.includes(name)),
  });
}
