import { expect, test } from "vitest";
import { openApiDocument } from "@/gateway/openapi/document";
import { TAGS } from "@/gateway/openapi/guide";
import { postmanCollection, postmanEnvironment } from "@/gateway/openapi/postman";
import { ROUTES } from "@/gateway/routes";

interface Item {
  name: string;
  request: {
    method: string;
    url: { raw: string; query: { disabled: boolean }[]; variable: { key: string; value: string }[] };
    body?: { raw: string };
  };
  response: { code: number; body: string; originalRequest: Item["request"] }[];
}

interface Collection {
  auth: unknown;
  variable?: unknown;
  item: { name: string; item: Item[] }[];
}

const collection = postmanCollection(
  openApiDocument(ROUTES, "https://keys.acme.example"),
) as unknown as Collection;
const items = collection.item.flatMap(({ item }) => item);
const itemOf = (method: string, path: string) =>
  items.find(({ request }) => request.method === method && request.url.raw === `{{baseUrl}}${path}`);

test("the collection has each operation once, in the folder of its tag", () => {
  expect(collection.item.map(({ name }) => name)).toEqual(Object.values(TAGS).map(({ name }) => name));
  const calls = ROUTES.map(
    ({ method, path }) => `${method.toUpperCase()} {{baseUrl}}${path.replace(/\{(\w+)\}/g, ":$1")}`,
  );
  expect(items.map(({ request }) => `${request.method} ${request.url.raw}`).sort()).toEqual(calls.sort());
});

test("address and key stand in the environment alone, the key as a secret that is not filled in", () => {
  expect(collection.auth).toEqual({
    type: "bearer",
    bearer: [{ key: "token", value: "{{apiKey}}", type: "string" }],
  });
  expect(collection).not.toHaveProperty("variable");
  expect(postmanEnvironment("staging", "https://keys.acme.example")).toEqual({
    name: "Keyward staging",
    values: [
      { key: "baseUrl", value: "https://keys.acme.example/api/v1/staging", type: "default", enabled: true },
      { key: "apiKey", value: "", type: "secret", enabled: true },
    ],
    _postman_variable_scope: "environment",
  });
});

test("a request has its parameters and the body of the first example, and sends no filter unasked", () => {
  expect(itemOf("GET", "/customers/:id")?.request.url.variable).toMatchObject([
    { key: "id", value: expect.stringMatching(/^cus_/) },
  ]);
  expect(itemOf("GET", "/customers")?.request.url.query.map(({ disabled }) => disabled)).not.toContain(false);
  expect(JSON.parse(itemOf("POST", "/customers")?.request.body?.raw ?? "")).toHaveProperty("email");
});

test("an operation's own examples are saved answers, each with the call that it answers", () => {
  const saved = itemOf("POST", "/jobs")?.response ?? [];
  const accepted = saved.filter(({ code }) => code === 202);
  expect(accepted.length).toBeGreaterThan(1);
  const started = (text = "{}") => (JSON.parse(text) as { type: string }).type;
  for (const { body, originalRequest } of accepted)
    expect(started(originalRequest.body?.raw)).toBe(started(body));
  for (const { response } of items) expect(response.map(({ code }) => code)).not.toContain(500);
});
