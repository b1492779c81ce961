import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { PERMISSION_DETAILS } from "@/contracts/permissions";
import { deprecationText } from "@/gateway/http/deprecation";
import type { Route } from "@/gateway/routes/route";
import type { JsonSchema } from "./component";
import { GUIDE, TAGS } from "./guide";
import { headerComponents } from "./headers";
import { createSchemas, type Schemas } from "./json-schema";
import { parameterComponents, parametersOf } from "./parameters";
import { examplesOf, responseComponents, responsesOf } from "./responses";

const SERVER_TEXTS: Record<Environment, string> = {
  production: "Production",
  staging: "Staging",
  development: "Development and testing",
};

/**
 * The whole public API as OpenAPI 3.1, derived from the declarations of the routes and the schemas that the server parses with.
 * @param baseUrl of this deployment, without a slash at its end
 */
export function openApiDocument(routes: readonly Route[], baseUrl: string): JsonSchema {
  const schemas = createSchemas();
  const paths = pathsOf(routes, schemas, baseUrl);
  const operations = JSON.stringify(paths);
  const responses = responseComponents(routes, baseUrl, (name) =>
    operations.includes(`"#/components/responses/${name}"`),
  );
  const answers = operations + JSON.stringify(responses);
  return {
    openapi: "3.1.0",
    info: {
      title: "Keyward public API",
      version: "1",
      summary: "Licences, customers, telemetry, jobs, keys and webhooks, with an API key.",
      description: GUIDE,
      // Whom callers can ask: whoever runs it, and not those who wrote it.
      contact: { name: "The operator of this installation", url: baseUrl },
      license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
    },
    externalDocs: { description: "Quick start and guides", url: `${baseUrl}/docs` },
    servers: ENVIRONMENTS.map((environment) => ({
      url: `${baseUrl}/api/v1/${environment}`,
      description: SERVER_TEXTS[environment],
    })),
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: Object.values(TAGS),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "The API key as a Bearer token (RFC 6750): `Authorization: Bearer <key>`.",
        },
        apiKey: {
          type: "apiKey",
          in: "header",
          name: "X-API-Key",
          description: "The API key alone, for clients that cannot set Authorization.",
        },
      },
      parameters: parameterComponents(schemas),
      headers: headerComponents((name) => answers.includes(`"#/components/headers/${name}"`)),
      responses,
      schemas: schemas.named,
    },
  };
}

function pathsOf(routes: readonly Route[], schemas: Schemas, baseUrl: string): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemas, baseUrl) };
  }
  return paths;
}

function operationOf(route: Route, schemas: Schemas, baseUrl: string): JsonSchema {
  const { id, summary, input, bodyOptional } = route;
  const parameters = parametersOf(route, schemas);
  return {
    operationId: id,
    summary,
    description: [deprecationText(route), route.description, permissionText(route)]
      .filter(Boolean)
      .join("\n\n"),
    tags: [tagOf(route)],
    ...(route.deprecated ? { deprecated: true } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(input.body
      ? {
          requestBody: {
            required: !bodyOptional,
            content: {
              "application/json": {
                schema: schemas.of(input.body, "input"),
                // Not of bodies that are refused for their form: who copies one should copy one that works.
                examples: examplesOf(route, ({ body, answer }) =>
                  "problem" in answer && answer.problem === "validation_failed" ? undefined : body,
                ),
              },
            },
          },
        }
      : {}),
    responses: responsesOf(route, schemas, baseUrl),
  };
}

function tagOf({ id }: Route): string {
  const [noun = ""] = id.split(".");
  if (!Object.hasOwn(TAGS, noun))
    throw new Error(`${id} belongs to no group: add one to TAGS in openapi/guide.ts.`);
  return TAGS[noun as keyof typeof TAGS].name;
}

function permissionText({ permission, asks }: Route): string {
  if (asks) return "Any good key may call this; what it must hold besides is asked for by the call.";
  if (!permission) return "Any good key may call this.";
  return `Needs the permission \`${permission}\` (${PERMISSION_DETAILS[permission].label}), or one that includes it.`;
}
