import type { Environment } from "@/contracts/environments";
import type { JsonSchema } from "./component";

/** Format 2.1.0, which Postman imports, and so do Insomnia, Bruno, Hoppscotch and Newman. */
const FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/** What the texts of a collection cannot say by themselves. */
const HOW_TO = `Import an environment too: it has \`baseUrl\`, and \`apiKey\` as a secret to be filled in. The key belongs into the
environment alone: a collection is what people hand on.`;

/** The parts of the description that a collection is made from; the references in it are not resolved. */
interface Description {
  info: { title: string; description: string; version: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  summary: string;
  description: string;
  tags: string[];
  parameters?: JsonSchema[];
  requestBody?: { content: Content };
  responses: Record<string, JsonSchema>;
}

type Content = Record<string, { examples?: Record<string, { summary: string; value: unknown }> }>;

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  description: string;
  example?: unknown;
  schema: { examples?: unknown[]; enum?: unknown[]; default?: unknown };
}

/**
 * The description as a collection for Postman: a folder for each tag, a request for each operation, and its examples as saved
 * answers.
 * @param document as openapi/document.ts makes it
 */
export function postmanCollection(document: JsonSchema): JsonSchema {
  const { info, tags, paths } = document as unknown as Description;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return {
    info: {
      name: info.title,
      version: info.version,
      description: `${HOW_TO}\n\n${info.description}`,
      schema: FORMAT,
    },
    auth: { type: "bearer", bearer: [{ key: "token", value: "{{apiKey}}", type: "string" }] },
    item: tags.map(({ name, description }) => ({
      name,
      description,
      item: operations
        .filter(({ operation }) => operation.tags.includes(name))
        .map(({ path, method, operation }) => itemOf(document, path, method, operation)),
    })),
  };
}

/** What the collection leaves open, for one endpoint. @param baseUrl of this deployment, without a slash at its end */
export function postmanEnvironment(environment: Environment, baseUrl: string): JsonSchema {
  return {
    name: `Keyward ${environment}`,
    values: [
      { key: "baseUrl", value: `${baseUrl}/api/v1/${environment}`, type: "default", enabled: true },
      { key: "apiKey", value: "", type: "secret", enabled: true },
    ],
    _postman_variable_scope: "environment",
  };
}

function itemOf(document: JsonSchema, path: string, method: string, operation: Operation): JsonSchema {
  const parameters = (operation.parameters ?? []).map((node) => resolved<Parameter>(document, node));
  const bodies = operation.requestBody?.content["application/json"]?.examples ?? {};
  const request = (example?: string) => {
    const body = (example && bodies[example]) || Object.values(bodies)[0];
    return {
      method: method.toUpperCase(),
      header: [
        ...(body ? [{ key: "Content-Type", value: "application/json" }] : []),
        ...parameters.filter((one) => one.in === "header").map(headerOf),
      ],
      url: urlOf(path, parameters),
      ...(body ? { body: jsonBody(body.value) } : {}),
    };
  };
  // Those that any operation can give, and that are referred to, would stand in the file a hundred times.
  const response = Object.entries(operation.responses).flatMap(([status, { content }]) =>
    content ? savedAnswers(Number(status), content as Content, bodies, request) : [],
  );
  const { summary: name, description } = operation;
  return { name, request: { ...request(), description }, response };
}

function urlOf(path: string, parameters: readonly Parameter[]): JsonSchema {
  const segments = path
    .slice(1)
    .split("/")
    .map((segment) => segment.replace(/^\{(\w+)\}$/, ":$1"));
  const query = parameters.filter((one) => one.in === "query");
  return {
    raw: `{{baseUrl}}/${segments.join("/")}`,
    host: ["{{baseUrl}}"],
    path: segments,
    // Switched off, as each of them narrows what is answered.
    query: query.map((one) => ({ ...namedValue(one), description: one.description, disabled: true })),
    variable: parameters
      .filter((one) => one.in === "path")
      .map((one) => ({ ...namedValue(one), description: one.description })),
  };
}

function headerOf(parameter: Parameter): JsonSchema {
  const { key, value } = namedValue(parameter);
  // The value that is printed would make the second call a repetition of the first: Postman makes a new one for each.
  const own = key === "Idempotency-Key" ? "{{$guid}}" : value;
  return { key, value: own, description: parameter.description, disabled: true };
}

function namedValue({ name, example, schema }: Parameter): { key: string; value: string } {
  const value = example ?? schema.examples?.[0] ?? schema.default ?? schema.enum?.[0] ?? "";
  return { key: name, value: String(value) };
}

const jsonBody = (value: unknown): JsonSchema => ({
  mode: "raw",
  raw: JSON.stringify(value, null, 2),
  options: { raw: { language: "json" } },
});

/** The examples of one status, each with the call that it answers where that has a body of the same name. */
function savedAnswers(
  code: number,
  content: Content,
  bodies: NonNullable<Content[string]["examples"]>,
  request: (example?: string) => JsonSchema,
): JsonSchema[] {
  return Object.entries(content).flatMap(([type, { examples = {} }]) =>
    Object.entries(examples).map(([name, { summary, value }]) => ({
      name: `${code}: ${summary}`,
      originalRequest: request(name in bodies ? name : undefined),
      code,
      header: [{ key: "Content-Type", value: type }],
      body: typeof value === "string" ? value : JSON.stringify(value, null, 2),
      _postman_previewlanguage: type.endsWith("json") ? "json" : "text",
    })),
  );
}

/** What a node of the description is, or what it refers to. */
function resolved<Kind>(document: JsonSchema, node: JsonSchema): Kind {
  const { $ref } = node;
  if (typeof $ref !== "string") return node as Kind;
  const place = $ref.replace("#/", "").split("/");
  return place.reduce((at: unknown, name) => (at as JsonSchema)[name], document) as Kind;
}
