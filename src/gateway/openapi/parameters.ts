import * as z from "zod";
import { DEFAULT_PAGE_SIZE } from "@/contracts/lists";
import { listActivationsQuerySchema } from "@/contracts/schemas/activations";
import { listCustomersQuerySchema } from "@/contracts/schemas/customers";
import { listJobsQuerySchema } from "@/contracts/schemas/jobs";
import { listManagedKeysQuerySchema } from "@/contracts/schemas/keys";
import { listLicensesQuerySchema } from "@/contracts/schemas/licenses";
import { apiPageShape, updatedSinceSchema } from "@/contracts/schemas/lists";
import { listTelemetryQuerySchema } from "@/contracts/schemas/telemetry";
import { gateQuerySchema } from "@/contracts/schemas/verification";
import { listWebhookDeliveriesQuerySchema, listWebhooksQuerySchema } from "@/contracts/schemas/webhooks";
import { type Route, takesIdempotencyKey } from "@/gateway/routes/route";
import type { JsonSchema, PropertyText } from "./component";
import { type Schemas, withText } from "./json-schema";

/** Parameters that several routes have, declared once. */
const SHARED_SCHEMA = z.strictObject({ ...apiPageShape, updatedSince: updatedSinceSchema.optional() });

type SharedName = keyof (typeof SHARED_SCHEMA)["shape"];

const SHARED: Record<SharedName, { component: string; text: PropertyText }> = {
  limit: {
    component: "Limit",
    text: { description: "How many records of a page.", default: DEFAULT_PAGE_SIZE, examples: [50] },
  },
  cursor: {
    component: "Cursor",
    text: "`nextCursor` of the page before, with the same filters. Absent: the first page.",
  },
  updatedSince: {
    component: "UpdatedSince",
    text: {
      description:
        "Changed at this instant or later. Ask from a minute before your last call: a change carries the time at which it began. A licence that expires is not changed by it; its `expiresAt` was known before.",
      examples: ["2026-11-23T12:00:00Z"],
    },
  },
};

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Makes the call safe to repeat for 24 hours, such as a UUID: the same key with the same path and body gets the first answer again, a refusal of the work included, and nothing is done twice. Another body or path is 422 `idempotency_mismatch`, and so is a first answer that this API key could not be given any more; 409 `idempotency_in_flight` while the first call runs.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]{1,255}$" },
  example: "0f8a6f2e-3f0b-4c1d-9a57-6f2b1c9d7e41",
};

/** Of a POST that changes nothing. */
const NOT_REPLAYED = {
  ...IDEMPOTENCY_KEY,
  description:
    "Taken, and without effect: nothing is changed, and a repeat is answered by what is true when it comes.",
};

/** What is said of parameters in the path. */
const IN_PATH: Record<string, string> = {
  id: "Which record.",
  messageId: "Which event, by its `webhook-id`.",
  permission: "What the key must hold.",
};

type Texts<Query extends z.ZodObject> = Record<
  Exclude<keyof Query["shape"] & string, SharedName>,
  PropertyText
>;

/** A query whose every parameter has a text, or it does not compile. */
function query<Query extends z.ZodObject>(
  schema: Query,
  texts: Texts<Query>,
): [z.ZodObject, Record<string, PropertyText>] {
  return [schema, texts];
}

/** What is said of the parameters of each query. */
const QUERIES: ReadonlyMap<z.ZodObject, Record<string, PropertyText>> = new Map([
  query(gateQuerySchema, {
    permission: "What the key must hold. Absent: any good key will do.",
  }),
  query(listManagedKeysQuerySchema, {
    status: "Those with this status now.",
    search: {
      description: "Part of the name, the description, the masked key or a tag, or a whole id.",
      examples: ["acme"],
    },
    customerId: "Those that are restricted to this customer, alone or with others.",
    tag: { description: "Those with this tag.", examples: ["trial"] },
  }),
  query(listCustomersQuerySchema, {
    search: { description: "Part of the e-mail address or of the name.", examples: ["lovelace"] },
    email: {
      description: "The customer with this address, in whatever case.",
      format: "email",
      examples: ["ada@example.com"],
    },
  }),
  query(listLicensesQuerySchema, {
    status: "Those with this status now.",
    product: { description: "Exactly this product.", examples: ["Editor"] },
    customerId: "Those of this customer.",
    search: {
      description:
        "Part of the licence key or of the product, or a whole id; for a key that may read customers also part of the e-mail address or of the name of the customer.",
      examples: ["7H4QM"],
    },
  }),
  query(listActivationsQuerySchema, { status: "Which activations: those that have ended are kept." }),
  query(listTelemetryQuerySchema, {
    type: { description: "Exactly this type.", examples: ["app.start"] },
    product: { description: "Exactly this product.", examples: ["Editor"] },
    flagged: "`true`: only those with flags; `false`: only those without.",
    licenseId: "Those of this licence.",
    customerId: "Those of licences that belonged to this customer when the event arrived.",
    from: "Received at this instant or later.",
    to: "Received before this instant, which is not before `from`.",
  }),
  query(listJobsQuerySchema, { status: "Those with this status now." }),
  query(listWebhooksQuerySchema, {}),
  query(listWebhookDeliveriesQuerySchema, { state: "Those that stand so now." }),
]);

function isShared(name: string): name is SharedName {
  return Object.hasOwn(SHARED, name);
}

/** The reusable parameters. */
export function parameterComponents(schemas: Schemas): JsonSchema {
  const shared = schemas.propertiesOf(SHARED_SCHEMA).map(({ name, schema }) => {
    const { component, text } = SHARED[name as SharedName];
    return [component, parameter("query", { name, schema, required: false }, text)] as const;
  });
  return Object.fromEntries([...shared, ["IdempotencyKey", IDEMPOTENCY_KEY]]);
}

/** What a call of the route names in path, query and headers. */
export function parametersOf(route: Route, schemas: Schemas): JsonSchema[] {
  const { params, query } = route.input;
  const inPath = params ? schemas.propertiesOf(params) : [];
  const inQuery = query ? schemas.propertiesOf(query) : [];
  const texts = query && QUERIES.get(query);
  if (query && !texts)
    throw new Error(`The query of ${route.id} has no texts: list it in openapi/parameters.ts.`);
  return [
    ...inPath.map((property) => ({
      ...parameter("path", property, IN_PATH[property.name]),
      example: route.examples[0].params?.[property.name],
    })),
    ...inQuery.map((property) =>
      isShared(property.name)
        ? { $ref: `#/components/parameters/${SHARED[property.name].component}` }
        : parameter("query", property, texts?.[property.name]),
    ),
    ...(takesIdempotencyKey(route) ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ...(route.method === "post" && !takesIdempotencyKey(route) ? [NOT_REPLAYED] : []),
  ];
}

function parameter(
  place: "path" | "query",
  { name, schema, required }: { name: string; schema: JsonSchema; required: boolean },
  text: PropertyText | undefined,
): JsonSchema {
  const { description, deprecated, ...rest } = withText(schema, text);
  return {
    name,
    in: place,
    required,
    description,
    ...(deprecated === undefined ? {} : { deprecated }),
    schema: rest,
  };
}
