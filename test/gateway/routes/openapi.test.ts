import { type Answer, call, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { PROBLEM_CODES, PROBLEMS } from "@/contracts/problems";
import { ROUTES } from "@/gateway/routes";

interface Operation {
  operationId: string;
  description: string;
  security: object[];
  parameters?: { name: string; in: string; schema: unknown }[];
  requestBody?: { required: boolean; content: Record<string, unknown> };
  responses: Record<
    string,
    { description: string; content: Record<string, unknown>; headers: Record<string, unknown> }
  >;
}

const fixture = suiteFixture({ NEXTAUTH_URL: "https://keys.acme.example/" });
const api = inProcess(fixture);
let answer: Answer;
let paths: Record<string, Record<string, Operation>>;

beforeAll(async () => {
  answer = await call(api, "GET", "/openapi.json");
  paths = answer.json.paths as typeof paths;
});

test("the description has one server per environment, and each route once", () => {
  const servers = ENVIRONMENTS.map((environment) => `https://keys.acme.example/api/v1/${environment}`);
  expect((answer.json.servers as { url: string }[]).map(({ url }) => url)).toEqual(servers);
  const described = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(described.sort()).toEqual(ROUTES.map(({ id }) => id).sort());
});

test("every reference in it leads somewhere", () => {
  const references = [...answer.text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
  expect(references.length).toBeGreaterThan(0);
  for (const path of new Set(references)) {
    let place: unknown = answer.json;
    for (const name of path.split("/")) place = (place as Record<string, unknown>)[name];
    expect(place, path).toBeDefined();
  }
});

test("a body that may be left out is not called required, and a query says which words it takes", () => {
  expect(paths["/licenses/{id}/revoke"]?.post?.requestBody?.required).toBe(false);
  const flagged = paths["/telemetry"]?.get?.parameters?.find(({ name }) => name === "flagged");
  expect(flagged?.schema).toMatchObject({ type: "string", enum: ["true", "false"] });
});

test("the refusals of a route's own stand in it beside those of all", () => {
  expect(paths["/licenses/activate"]?.post?.responses["409"]?.description).toContain(
    "activation_limit_reached",
  );
});

describe.each(ROUTES.map((route) => [route.id, route] as const))("the description of %s", (_id, route) => {
  const operation = () => paths[route.path]?.[route.method] as Operation;

  test("names credential, permission, parameters and body", () => {
    const { description, security, parameters = [], requestBody } = operation();
    expect(security).toEqual([{ bearer: [] }, { apiKey: [] }]);
    if (route.permission) expect(description).toContain(route.permission);
    const { params, query, body } = route.input;
    const names = (place: string) => parameters.filter((one) => one.in === place).map(({ name }) => name);
    expect(names("path")).toEqual(Object.keys(params?.shape ?? {}));
    expect(names("query")).toEqual(Object.keys(query?.shape ?? {}));
    expect(names("header")).toEqual(route.method === "post" ? ["Idempotency-Key"] : []);
    expect(Object.keys(requestBody?.content ?? {})).toEqual(body ? ["application/json"] : []);
  });

  test("names every success, and every refusal that any route can give, with its headers", () => {
    const { responses } = operation();
    for (const [status, { contentType = "application/json" }] of Object.entries(route.responses)) {
      expect(Object.keys(responses[status]?.content ?? {})).toEqual([contentType]);
      expect(Object.keys(responses[status]?.headers ?? {})).toEqual(
        expect.arrayContaining(["X-Request-Id", "RateLimit", "RateLimit-Policy"]),
      );
    }
    const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
    const codes = PROBLEM_CODES.filter((code) =>
      refusals.some(([, { description }]) => description.includes(`\`${code}\``)),
    );
    expect(codes).toEqual(
      expect.arrayContaining([
        "key_missing",
        "key_invalid",
        "ip_not_allowed",
        "origin_not_allowed",
        "rate_limited",
        "internal",
        "unavailable",
      ]),
    );
    for (const code of codes) expect(responses[PROBLEMS[code].status]?.description).toContain(`\`${code}\``);
    for (const [status, { content, headers }] of refusals) {
      expect(Object.keys(content)).toEqual(["application/problem+json"]);
      if (["429", "503"].includes(status)) expect(headers).toHaveProperty("Retry-After");
      if (status === "401") expect(headers).toHaveProperty("WWW-Authenticate");
    }
  });
});
