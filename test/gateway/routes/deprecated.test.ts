import { CLIENT_ADDRESS } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { customerIdSchema, customerSchema } from "@/contracts/schemas/customers";
import { openCall, type WireAnswer } from "@/gateway/call";
import { responseOf } from "@/gateway/http/fetch-handler";
import { openApiDocument } from "@/gateway/openapi/document";
import { createSchemas } from "@/gateway/openapi/json-schema";
import { serve } from "@/gateway/pipeline";
import { ROUTES } from "@/gateway/routes";
import { CUSTOMER_EXAMPLES } from "@/gateway/routes/examples/customers";
import { type Deprecation, defineRoute, type Route } from "@/gateway/routes/route";
import { notFound } from "@/server/core/errors";

const fixture = suiteFixture({ NEXTAUTH_URL: "https://keys.acme.example" });
let key: string;

beforeAll(async () => {
  key = (await fixture.key({ permissions: ["customers:read"] })).secret;
});

const GOING: Deprecation = { since: "2027-01-01", sunset: "2028-01-01", successor: "/clients/{id}" };
const GUIDE = '<https://keys.acme.example/docs/versioning>; rel="deprecation"; type="text/html"';

/** No route of the API is deprecated, so one of the tests' own goes through the pipeline. */
function routeWith(deprecated: Deprecation, permission: Route["permission"] = "customers:read"): Route {
  return defineRoute(
    {
      id: "customers.former",
      method: "get",
      path: "/former/{id}",
      summary: "A customer, as it was",
      permission,
      deprecated,
      input: { params: customerIdSchema },
      responses: { 200: { description: "The customer", schema: customerSchema } },
      problems: ["not_found"],
      examples: CUSTOMER_EXAMPLES.get,
    },
    async ({ params: { id } }) => {
      if (id.endsWith("0")) throw notFound();
      return { status: 200, body: { id } };
    },
  );
}

const ID = "cus_01jdcz0v8mfz6t9w3x5y7a1b2";

function answerOf(route: Route, id: string, authorization: string | undefined): Promise<WireAnswer> {
  const request = {
    method: "GET",
    path: `/api/v1/staging/former/${id}`,
    query: "",
    headers: { authorization },
    body: null,
    socketAddress: CLIENT_ADDRESS,
    ownsConnection: false,
  };
  const endpoint = { environment: "staging", base: "/api/v1/staging" } as const;
  return serve(openCall(fixture.runtime, request, endpoint, null), route, { id });
}

describe("A deprecated route", () => {
  test("says on every answer since when, until when, and what takes its place, refusals too", async () => {
    const bearer = `Bearer ${key}`;
    const answers = await Promise.all([
      answerOf(routeWith(GOING), `${ID}1`, bearer),
      answerOf(routeWith(GOING), `${ID}1`, undefined),
      answerOf(routeWith(GOING, "jobs:read"), `${ID}1`, bearer),
      answerOf(routeWith(GOING), `${ID}0`, bearer),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 403, 404]);
    for (const [number, answer] of answers.entries()) {
      const { headers } = responseOf(answer, "GET");
      expect(headers.get("deprecation")).toBe("@1798761600");
      expect(headers.get("sunset")).toBe("Sat, 01 Jan 2028 00:00:00 GMT");
      const id = ID + (number === 3 ? 0 : 1);
      expect(headers.get("link")).toBe(`${GUIDE}, </api/v1/staging/clients/${id}>; rel="successor-version"`);
      const exposed = headers.get("access-control-expose-headers")?.split(", ");
      expect(exposed).toEqual(expect.arrayContaining(["Deprecation", "Sunset", "Link"]));
    }
  });

  test("says no more than is decided", async () => {
    const { headers } = await answerOf(routeWith({ since: "2027-01-01" }), `${ID}1`, `Bearer ${key}`);
    expect(headers).toMatchObject({ Deprecation: "@1798761600", Link: GUIDE });
    expect(headers).not.toHaveProperty("Sunset");
  });

  test("gives back no key that was pasted into its path, and lets nothing end the link early", async () => {
    const pasted = await answerOf(routeWith(GOING), key, undefined);
    expect(pasted.headers.Link).not.toContain(key);
    const broken = await answerOf(routeWith(GOING), 'x>; rel="next", <https://evil.example\r\n', undefined);
    expect(broken.headers.Link).toBe(
      `${GUIDE}, </api/v1/staging/clients/x%3E%3B%20rel%3D%22next%22%2C%20%3Chttps%3A%2F%2Fevil.example%0D%0A>; rel="successor-version"`,
    );
  });

  test("stays for the twelve months that callers are promised", () => {
    expect(() => routeWith({ since: "2027-01-01", sunset: "2027-12-31" })).toThrow(/twelve months/);
    expect(() => routeWith({ since: "2027-02-30x" as never })).toThrow();
  });

  test("is marked in the description, with its days, and its answers have the headers", () => {
    const document = openApiDocument([...ROUTES, routeWith(GOING)], "https://keys.acme.example");
    const operation = (document.paths as Record<string, Record<string, Operation>>)["/former/{id}"]?.get;
    expect(operation?.deprecated).toBe(true);
    expect(operation?.description).toContain(
      "Deprecated since 2027-01-01: may be gone from 2028-01-01 on. Use `GET /clients/{id}` instead.",
    );
    const components = document.components as Record<string, Record<string, Response>>;
    for (const answer of Object.values(operation?.responses ?? {})) {
      const { headers } = answer.$ref
        ? (components.responses?.[answer.$ref.split("/").at(-1) ?? ""] ?? {})
        : answer;
      expect(Object.keys(headers ?? {})).toEqual(expect.arrayContaining(["Deprecation", "Sunset", "Link"]));
    }
    expect(Object.keys(components.headers ?? {})).toEqual(expect.arrayContaining(["Deprecation"]));
  });
});

interface Response {
  $ref?: string;
  headers?: object;
}

interface Operation {
  deprecated?: boolean;
  description: string;
  responses: Record<string, Response>;
}

test("a route that stays says nothing of it, and costs its calls nothing", async () => {
  const { deprecated: _, ...route } = routeWith(GOING);
  const { headers } = await answerOf(route, `${ID}1`, `Bearer ${key}`);
  for (const name of ["Deprecation", "Sunset", "Link"]) expect(headers).not.toHaveProperty(name);
});

test("a field or parameter that is deprecated is marked in the description, also beside a reference", () => {
  const schemas = createSchemas();
  const properties = schemas.propertiesOf(
    z.strictObject({
      former: z.string().meta({ deprecated: true }).optional(),
      alsoFormer: z.string().optional().meta({ deprecated: true }),
      referred: customerIdSchema.shape.id.meta({ deprecated: true }),
      staying: customerIdSchema.shape.id,
    }),
  );
  expect(Object.fromEntries(properties.map(({ name, schema }) => [name, schema.deprecated]))).toEqual({
    former: true,
    alsoFormer: true,
    referred: true,
    staying: undefined,
  });
  const refs = properties.map(({ schema }) => schema.$ref);
  expect(refs[3]).toBeDefined();
  expect(refs[2]).toBe(refs[3]);
});
