import { readDocument } from "@test/fuzz/document";
import { type Answer, call, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { PROBLEMS } from "@/contracts/problems";
import { ROUTES } from "@/gateway/routes";

type Node = Record<string, unknown>;

interface Parameter {
  name: string;
  in: string;
  description: string;
  schema: Node;
}

interface Operation {
  operationId: string;
  description: string;
  parameters?: Node[];
  requestBody?: { required: boolean; content: Record<string, { schema: Node; examples: Node }> };
  responses: Record<string, Node>;
}

interface Response {
  description: string;
  content: Record<string, { schema: Node; examples?: Node }>;
  headers: Record<string, unknown>;
}

const fixture = suiteFixture({ NEXTAUTH_URL: "https://keys.acme.example/" });
const api = inProcess(fixture);
let answer: Answer;
let paths: Record<string, Record<string, Operation>>;
let schemas: Record<string, Node>;

beforeAll(async () => {
  answer = await call(api, "GET", "/openapi.json");
  paths = answer.json.paths as typeof paths;
  schemas = (answer.json.components as Node).schemas as typeof schemas;
});

/** What a node is, or what it refers to. */
function resolved<Kind>(node: Node): Kind {
  const { $ref } = node;
  if (typeof $ref !== "string") return node as Kind;
  let place: unknown = answer.json;
  for (const name of $ref.replace("#/", "").split("/")) place = (place as Node | undefined)?.[name];
  expect(place, $ref).toBeDefined();
  return place as Kind;
}

/** All nodes of the description of which a predicate holds, by their place. */
function nodesWith(holds: (node: Node) => boolean): [place: string, node: Node][] {
  const found: [string, Node][] = [];
  const look = (node: unknown, place: string): void => {
    if (typeof node !== "object" || node === null) return;
    if (!Array.isArray(node) && holds(node as Node)) found.push([place, node as Node]);
    for (const [name, child] of Object.entries(node)) {
      // What examples hold are no schemas.
      if (name !== "examples" && name !== "example") look(child, `${place}/${name}`);
    }
  };
  look(answer.json, "#");
  return found;
}

const property = (value: unknown) => value as Node | undefined;

test("the description has one server per environment, and each route once", () => {
  const servers = ENVIRONMENTS.map((environment) => `https://keys.acme.example/api/v1/${environment}`);
  expect((answer.json.servers as { url: string }[]).map(({ url }) => url)).toEqual(servers);
  const described = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(described.sort()).toEqual(ROUTES.map(({ id }) => id).sort());
});

test("every reference in it leads somewhere, and everything that is reusable is used", () => {
  const references = new Set(nodesWith(({ $ref }) => $ref !== undefined).map(([, { $ref }]) => String($ref)));
  for (const $ref of references) resolved({ $ref });
  const { securitySchemes: _, ...components } = answer.json.components as Record<string, Node>;
  const reusable = Object.entries(components).flatMap(([kind, named]) =>
    Object.keys(named).map((name) => `#/components/${kind}/${name}`),
  );
  expect(reusable.filter((name) => !references.has(name))).toEqual([]);
});

test("every schema with a name, every property and every parameter says what it is", () => {
  const silent = Object.entries(schemas).filter(([, { description }]) => !description);
  expect(silent.map(([name]) => name)).toEqual([]);
  for (const [place, node] of nodesWith(({ properties }) => properties !== undefined)) {
    for (const [name, value] of Object.entries(node.properties as Node))
      expect(property(value)?.description, `${place}/${name}`).toMatch(/\S/);
  }
  for (const [place, { description }] of nodesWith((node) => "in" in node && "schema" in node))
    expect(description, place).toMatch(/\S/);
});

test("no object is without a name but those of any shape, and what narrows a problem", () => {
  const unnamed = nodesWith(
    ({ type, properties, required }) =>
      type === "object" && properties !== undefined && required !== undefined,
  ).filter(([place]) => !/^#\/components\/schemas\/\w+$/.test(place));
  expect(unnamed.map(([place]) => place).filter((place) => !place.endsWith("/allOf/1"))).toEqual([]);
});

test("what is sent is closed, as unknown fields are refused, and what is answered is open to new members", () => {
  for (const [name, { type, additionalProperties }] of Object.entries(schemas)) {
    if (type !== "object") continue;
    const isSent =
      /(Create|Update|Step|Owner|Send|Start|Input|Filter|KeyVerify|KeyRevoke|KeyRegenerate|LicenseValidate|LicenseActivate|LicenseDeactivate)$/;
    expect(additionalProperties, name).toBe(
      isSent.test(name) ? false : name === "Metadata" ? true : undefined,
    );
  }
});

test("bounds that the server applies stand in it", () => {
  const properties = (name: string) => schemas[name]?.properties as Record<string, Node>;
  expect(properties("CustomerCreate")).toMatchObject({
    email: { format: "email", maxLength: 254 },
    name: { type: ["string", "null"], minLength: 1, maxLength: 200 },
    metadata: { $ref: "#/components/schemas/Metadata" },
  });
  expect(properties("LicenseCreate")).toMatchObject({
    activationLimit: { type: ["integer", "null"], minimum: 1, maximum: 1_000_000 },
    validityDays: { type: "integer", minimum: 1, maximum: 36_500 },
    features: { type: "array", maxItems: 100 },
    expiresAt: { type: ["string", "null"], format: "date-time" },
  });
  expect(properties("TelemetrySend")).toMatchObject({ events: { minItems: 1, maxItems: 1_000 } });
  expect(schemas.CustomerId).toMatchObject({ pattern: "^cus_[0-7][0-9a-hjkmnp-tv-z]{25}$", maxLength: 30 });
  const { Limit } = (answer.json.components as { parameters: Record<string, Node> }).parameters;
  expect(Limit?.schema).toMatchObject({ type: "integer", minimum: 1, maximum: 100, default: 20 });
});

test("a body that may be left out is not called required, and a query says which words it takes", () => {
  expect(paths["/licenses/{id}/revoke"]?.post?.requestBody?.required).toBe(false);
  const parameters = paths["/telemetry"]?.get?.parameters?.map((one) => resolved<Parameter>(one));
  expect(parameters?.find(({ name }) => name === "flagged")?.schema).toMatchObject({
    type: "string",
    enum: ["true", "false"],
  });
});

test("a job is told by its type which input it takes", () => {
  const { discriminator, oneOf } = schemas.JobStart as { discriminator: { mapping: Node }; oneOf: Node[] };
  expect(oneOf.map(({ $ref }) => $ref)).toEqual(Object.values(discriminator.mapping));
});

describe.each(ROUTES.map((route) => [route.id, route] as const))("the description of %s", (id, route) => {
  const operation = () => paths[route.path]?.[route.method] as Operation;

  test("names permission, parameters and body, and has an example", () => {
    const { description, parameters = [], requestBody } = operation();
    if (route.permission) expect(description).toContain(route.permission);
    const { params, query, body } = route.input;
    const all = parameters.map((one) => resolved<Parameter>(one));
    const names = (place: string) => all.filter((one) => one.in === place).map(({ name }) => name);
    expect(names("path")).toEqual(Object.keys(params?.shape ?? {}));
    expect(names("query")).toEqual(Object.keys(query?.shape ?? {}));
    expect(names("header")).toEqual(route.method === "post" ? ["Idempotency-Key"] : []);
    expect(Object.keys(requestBody?.content ?? {})).toEqual(body ? ["application/json"] : []);
    if (body) expect(Object.keys(requestBody?.content["application/json"]?.examples ?? {})).not.toEqual([]);
  });

  test("names every success with an example, and every refusal that a call of it can have, with its headers", () => {
    const { responses } = operation();
    for (const [status, declared] of Object.entries(route.responses)) {
      const { contentType = "application/json", alternativeType } = declared;
      const { content, headers } = responses[status] as unknown as Response;
      expect(Object.keys(content)).toEqual([contentType, ...(alternativeType ? [alternativeType] : [])]);
      expect(Object.keys(content[contentType]?.examples ?? {}), status).not.toEqual([]);
      expect(Object.keys(headers)).toEqual(
        expect.arrayContaining(["X-Request-Id", "RateLimit", "RateLimit-Policy"]),
      );
    }
    const { answers } = readDocument(answer.json).operations.get(id) ?? {};
    const codes = [...(answers?.values() ?? [])].flatMap(({ codes }) => codes);
    expect(codes).toEqual(
      expect.arrayContaining([
        ...route.problems,
        ...(route.permission ? ["permission_denied"] : []),
        "key_missing",
        "key_invalid",
        "ip_not_allowed",
        "origin_not_allowed",
        "rate_limited",
        "internal",
        "unavailable",
      ]),
    );
    const statuses = new Set(codes.map((code) => String(PROBLEMS[code].status)));
    const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
    expect(refusals.map(([status]) => status).sort()).toEqual([...statuses].sort());
    for (const [status, refusal] of refusals) {
      const { content, headers } = resolved<Response>(refusal);
      expect(Object.keys(content)).toEqual(["application/problem+json"]);
      if (["429", "503"].includes(status)) expect(headers).toHaveProperty("Retry-After");
      if (status === "401") expect(headers).toHaveProperty("WWW-Authenticate");
    }
  });
});
