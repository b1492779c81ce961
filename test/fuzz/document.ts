import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import type { ProblemCode } from "@/contracts/problems";

/** JSON Schema as OpenAPI 3.1 has it (draft 2020-12). */
export type JsonSchema = { readonly [keyword: string]: unknown };

type Node = { readonly [name: string]: unknown };

/** A parameter of an operation: in its path, its query or a header. */
export interface Parameter {
  in: "path" | "query" | "header";
  name: string;
  required: boolean;
  schema: JsonSchema;
  /** A value of it; undefined: there is none. */
  example: unknown;
}

/** What the description says of an answer: nothing is known of it but this. */
interface DocumentedAnswer {
  /** By media type. @returns what is wrong with a body; null: nothing */
  bodies: ReadonlyMap<string, (value: unknown) => string | null>;
  headers: ReadonlyMap<string, { required: boolean; fault(value: unknown): string | null }>;
  /** Codes that a refusal may have. */
  codes: readonly ProblemCode[];
}

/** An operation as an integrator reads of it. */
export interface Operation {
  id: string;
  /** In capitals. */
  method: string;
  /** Below the base of an environment; parameters as `{id}`. */
  path: string;
  parameters: readonly Parameter[];
  /** Of a JSON body; null: it takes none. */
  body: JsonSchema | null;
  /** Bodies that it gives as examples. */
  bodies: readonly unknown[];
  answers: ReadonlyMap<number, DocumentedAnswer>;
}

/** `/api/v1/openapi.json`, ready to make calls by and to judge answers by. */
export interface ApiDocument {
  operations: ReadonlyMap<string, Operation>;
  /** What a reference leads to; everything else as it is. */
  resolve(node: unknown): JsonSchema;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

const SCHEMAS = "#/components/schemas/";

/** A member that is not described is a fault of the description, though a client has to bear it. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  // Of a whole of several parts each part knows but its own members.
  if (typeof node !== "object" || node === null || "allOf" in node) return node;
  const entries = Object.entries(node).map(([name, value]) => [name, closed(value)]);
  const inner = Object.fromEntries(entries) as Record<string, unknown>;
  const isOpen = "properties" in inner && !("additionalProperties" in inner);
  return isOpen && typeof inner.properties === "object" ? { ...inner, additionalProperties: false } : inner;
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const FORMATS = {
  "date-time": (text: string) => RFC_3339.test(text) && !Number.isNaN(Date.parse(text)),
  email: /^[^@\s]+@[^@\s]+$/,
  uri: (text: string) => URL.canParse(text),
  "uri-reference": (text: string) => URL.canParse(text, "http://host.invalid"),
  int32: { type: "number", validate: (value: number) => Math.abs(value) < 2 ** 31 },
  int64: { type: "number", validate: Number.isSafeInteger },
} as const;

/** Reads the description. @throws Error where its schemas are none, or use a keyword or format that nobody knows */
export function readDocument(json: unknown): ApiDocument {
  const document = json as Node & { paths: Record<string, Record<string, Node>> };
  const resolve = (node: unknown): JsonSchema => {
    const { $ref } = (node ?? {}) as { $ref?: string };
    if ($ref === undefined) return (node ?? {}) as JsonSchema;
    const found = $ref
      .slice(2)
      .split("/")
      .reduce<unknown>((holder, name) => (holder as Node | undefined)?.[name], document);
    if (found === undefined) throw new Error(`${$ref} leads to nothing.`);
    return resolve(found);
  };
  const compile = compiler(document, resolve);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const node = methods[method];
      return node ? [operationOf({ path, method, node }, resolve, compile)] : [];
    }),
  );
  return { operations: new Map(operations.map((operation) => [operation.id, operation])), resolve };
}

type Resolve = ApiDocument["resolve"];
type Compile = (schema: JsonSchema) => (value: unknown) => string | null;

function compiler(document: Node, resolve: Resolve): Compile {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, formats: FORMATS });
  ajv.addVocabulary(["discriminator", "example", "xml", "externalDocs"]);
  const { schemas = {} } = resolve(document.components) as { schemas?: Record<string, JsonSchema> };
  const ofAjv = (schema: unknown) =>
    JSON.parse(JSON.stringify(closed(schema)).replaceAll(`"${SCHEMAS}`, '"components#/$defs/'));
  ajv.addSchema({ $id: "components", $defs: ofAjv(schemas) });
  return (schema) => {
    let validate: ValidateFunction | undefined;
    return (value) => {
      validate ??= ajv.compile(ofAjv(schema));
      return validate(value) ? null : ajv.errorsText(validate.errors).slice(0, 300);
    };
  };
}

function operationOf(
  { path, method, node }: { path: string; method: string; node: Node },
  resolve: Resolve,
  compile: Compile,
): Operation {
  const parameters = ((node.parameters ?? []) as unknown[]).map((parameter) => {
    const { in: place, name, required = false, schema, example } = resolve(parameter) as unknown as Parameter;
    return { in: place, name, required, schema, example };
  });
  const { content = {} } = resolve(node.requestBody) as {
    content?: Record<string, { schema: JsonSchema; examples?: Record<string, { value: unknown }> }>;
  };
  const { schema: body = null, examples = {} } = content["application/json"] ?? {};
  const answers = Object.entries(node.responses as Record<string, unknown>).map(
    ([status, answer]) => [Number(status), answerOf(resolve(answer), resolve, compile)] as const,
  );
  return {
    id: String(node.operationId),
    method: method.toUpperCase(),
    path,
    parameters,
    body,
    bodies: Object.values(examples).map(({ value }) => value),
    answers: new Map(answers),
  };
}

function answerOf(node: Node, resolve: Resolve, compile: Compile): DocumentedAnswer {
  const content = (node.content ?? {}) as Record<string, { schema?: JsonSchema }>;
  const headers = (node.headers ?? {}) as Record<string, unknown>;
  return {
    bodies: new Map(Object.entries(content).map(([type, { schema = {} }]) => [type, compile(schema)])),
    headers: new Map(
      Object.entries(headers).map(([name, header]) => {
        const { required = false, schema } = resolve(header) as { required?: boolean; schema?: JsonSchema };
        const [fault, isWhole] = [compile(schema ?? {}), resolve(schema).type === "integer"];
        // A header is text, whatever it says.
        return [name.toLowerCase(), { required, fault: (text) => fault(isWhole ? Number(text) : text) }];
      }),
    ),
    codes: Object.values(content).flatMap(({ schema }) => codesIn(schema ?? {})),
  };
}

/** The codes to which the schema of a refusal narrows that of a problem. */
function codesIn({ allOf = [] }: { allOf?: unknown }): ProblemCode[] {
  const parts = allOf as { properties?: { code?: { enum?: ProblemCode[] } } }[];
  return parts.flatMap(({ properties }) => properties?.code?.enum ?? []);
}
