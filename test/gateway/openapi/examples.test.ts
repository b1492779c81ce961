import { work } from "@test/server/jobs/support";
import { sqlOf } from "@test/server/services/support";
import { type Answer, call, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Id } from "@/contracts/ids";
import { PROBLEMS } from "@/contracts/problems";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { problemSchema } from "@/gateway/openapi/components/problems";
import { COMMON_PROBLEM_EXAMPLES, problemDocument } from "@/gateway/openapi/problem-examples";
import { ROUTES } from "@/gateway/routes";
import { NOW } from "@/gateway/routes/examples/records";
import { revokeKey } from "@/server/services/keys";
import { callExample, createWorld, EXAMPLE_KEY, EXAMPLE_SHOWN_KEY, type World, withoutOwn } from "./world";

const BASE_URL = "https://keys.acme.example";
const fixture = suiteFixture({ NEXTAUTH_URL: BASE_URL }, new Date(NOW));
const api = inProcess(fixture);

/** What examples change, each after those that it refers to. */
const TABLES = [
  "customers",
  "api_keys",
  "api_key_customers",
  "api_key_replaced_secrets",
  "licenses",
  "activations",
  "telemetry_events",
  "webhook_endpoints",
  "webhook_messages",
  "webhook_deliveries",
  "webhook_attempts",
  "job_records",
  "job_result_parts",
];

let world: World;
/** Whether the last example may have changed something. */
let changed = false;

beforeAll(async () => {
  const { secret } = await fixture.key(EXAMPLE_KEY);
  const { secret: shown } = await fixture.key(EXAMPLE_SHOWN_KEY);
  world = await createWorld(api, { secret, shown }, (id) => work(fixture, id as Id<"job">));
  await fixture.runtime.lastUse.flush();
  await sqlOf(fixture).unsafe(TABLES.map((name) => `create table saved_${name} as table ${name}`).join(";"));
});

beforeEach(async () => {
  if (!changed) return;
  const emptied = TABLES.toReversed().map((name) => `delete from ${name}`);
  const filled = TABLES.map((name) => `insert into ${name} table saved_${name}`);
  await sqlOf(fixture).unsafe([...emptied, ...filled].join(";"));
  changed = false;
});

const bodyOf = ({ text }: Answer) => withoutOwn(text.replace(/^\ufeff/, ""));

const cases = ROUTES.flatMap((route) => route.examples.map((example) => ({ route, example })));

test.each(cases)(
  "the example $example.name of $route.id is what the server answers",
  async ({ route, example }) => {
    const { answer: printed, name } = example;
    const answer = await callExample(api, route, example, world);
    changed = route.method !== "get";
    if ("problem" in printed) {
      const instance = new URL(answer.json.instance as string, BASE_URL).pathname;
      const { status } = PROBLEMS[printed.problem];
      expect(answer.status, answer.text).toBe(status);
      expect(JSON.parse(bodyOf(answer))).toEqual(
        JSON.parse(withoutOwn(JSON.stringify(problemDocument(printed, BASE_URL, instance)))),
      );
      expect(problemSchema.strict().safeParse(answer.json).error).toBeUndefined();
      return;
    }
    expect(answer.status, answer.text).toBe(printed.status);
    const declared = route.responses[printed.status];
    if (!declared)
      throw new Error(`${route.id} does not declare ${printed.status}, which its example ${name} has`);
    if (typeof printed.body === "string") {
      expect(bodyOf(answer)).toBe(withoutOwn(printed.body));
      return;
    }
    expect(JSON.parse(bodyOf(answer))).toEqual(JSON.parse(withoutOwn(JSON.stringify(printed.body))));
    // Ids and all, as it is printed, and as it came.
    for (const body of [printed.body, answer.json])
      expect(z.safeParse(declared.schema, body).error).toBeUndefined();
  },
);

test("the examples of a route have names of their own", () => {
  for (const { id, examples } of ROUTES) {
    const names = examples.map(({ name }) => name);
    expect(new Set(names).size, id).toBe(names.length);
  }
});

describe("a refusal that any route can give is printed as the server answers it", () => {
  const keyOf = async (input: Partial<CreateKeyInput> = {}) =>
    fixture.key({ environment: "production", ...input });
  const get = (key?: string, headers: Record<string, string> = {}) =>
    call(api, "GET", "/production/customers", { ...(key === undefined ? {} : { key }), headers });
  const post = async (raw: string, type: string) =>
    call(api, "POST", "/production/customers", {
      key: (await keyOf()).secret,
      raw,
      headers: { "content-type": type },
    });

  const provoked: Record<(typeof COMMON_PROBLEM_EXAMPLES)[number]["problem"], () => Promise<Answer>> = {
    invalid_request: async () => get((await keyOf()).secret, { "x-api-key": (await keyOf()).secret }),
    malformed_json: () => post("{", "application/json"),
    key_missing: () => get(),
    key_invalid: () => get("kw_prod_0"),
    key_revoked: async () => {
      const { key, secret } = await keyOf();
      await revokeKey(fixture.context(), { id: key.id });
      return get(secret);
    },
    key_expired: async () => {
      const { key, secret } = await keyOf();
      await sqlOf(fixture)`update api_keys set expires_at = '2026-11-01T00:00:00Z' where id = ${key.id}`;
      return get(secret);
    },
    environment_mismatch: async () => get((await keyOf({ environment: "staging" })).secret),
    ip_not_allowed: async () => get((await keyOf({ ipAllowlist: ["203.0.113.0/24"] })).secret),
    origin_not_allowed: async () =>
      get((await keyOf({ allowedOrigins: ["https://app.example.com"] })).secret, {
        origin: "https://other.example",
      }),
    unsupported_media_type: () => post("a=b", "application/x-www-form-urlencoded"),
    rate_limited: async () => {
      const { secret } = await keyOf({ rateLimits: { minute: 1 } });
      await get(secret);
      return get(secret);
    },
  };

  test.each(COMMON_PROBLEM_EXAMPLES)("$problem", async (example) => {
    const answer = await provoked[example.problem]();
    const expected = problemDocument(example, BASE_URL, "/api/v1/production/customers");
    // How long one has to wait is for the moment to say.
    const told = withoutOwn(answer.text)
      .replace(/in \d+ s\./, "in 12 s.")
      .replace(/"retryAfter":\d+/, '"retryAfter":12');
    expect(JSON.parse(told)).toEqual(JSON.parse(withoutOwn(JSON.stringify(expected))));
    expect(problemSchema.strict().safeParse(answer.json).error).toBeUndefined();
  });
});
