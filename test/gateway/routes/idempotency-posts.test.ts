import { tablesWithPolicies } from "@test/server/database/api-tables";
import { type Answer, call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import { PERMISSIONS } from "@/contracts/permissions";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { ROUTES } from "@/gateway/routes";
import { updateKey } from "@/server/services/keys";
import { createLicense } from "@/server/services/licenses";
import { sampleCall } from "../samples";

/** Those that change something: a verdict is of the moment, and never given again (verify.test.ts). */
const ROUTES_OF_POSTS = ROUTES.filter(({ method, replayed }) => method === "post" && replayed !== false);

const fixture = suiteFixture();
const api = inProcess(fixture);

const newKey = (input: Partial<CreateKeyInput> = {}) =>
  fixture.key({ permissions: [...PERMISSIONS], rateLimits: { minute: 100_000 }, ...input });

/** A call that passes when it is sent for the first time. */
interface Post {
  path: string;
  body?: unknown;
}

/** A customer, a key that may do everything, and what it will send, which is about the customer. */
async function prepare(routeId: string) {
  const route = ROUTES_OF_POSTS.find(({ id }) => id === routeId);
  if (!route) throw new Error(`There is no POST ${routeId}`);
  const [customer, made] = [await fixture.customer(), await newKey()];
  const { path, ...sample } = await sampleCall(route, fixture, { customerId: customer.id });
  const post: Post = { ...sample, path: `/staging${path}` };
  return { customer, made, post };
}

function sendOnce({ secret }: RevealedKey, { path, body }: Post, idempotencyKey = "once"): Promise<Answer> {
  const headers = { "idempotency-key": idempotencyKey };
  return call(api, "POST", path, { key: secret, headers, ...(body === undefined ? {} : { body }) });
}

/** What a repeat gets: the first answer, but for what is told once. */
function withoutSecret(routeId: string, { text, json }: Answer): string {
  const { revealsOnce } = ROUTES_OF_POSTS.find(({ id }) => id === routeId) ?? {};
  return revealsOnce ? JSON.stringify({ ...json, [revealsOnce]: null }) : text;
}

/** Everything that the public API can write, but for the records of first answers. */
async function everything(): Promise<unknown> {
  const sql = fixture.runtime.databases.owner.$client;
  const tables = (await tablesWithPolicies(sql)).filter((name) => name !== "idempotency_records");
  const rows = tables.map((name) => sql`select to_jsonb(t) as row from ${sql(name)} t order by 1`);
  return Promise.all([...rows, sql`select id, digest, revoked_at from api_keys order by id`]);
}

test("every POST answers JSON, which can be kept to be answered again", () => {
  for (const { id, responses } of ROUTES_OF_POSTS) {
    const types = Object.values(responses).map(({ contentType = "application/json" }) => contentType);
    expect(new Set(types), id).toEqual(new Set(["application/json"]));
  }
});

describe.each(ROUTES_OF_POSTS.map(({ id }) => id))("%s with an Idempotency-Key", (routeId) => {
  test("gives a repeat the first answer, marked, and does nothing twice; another body is refused", async () => {
    const { made, post } = await prepare(routeId);
    const first = await sendOnce(made, post);
    expect([200, 201, 202], first.text).toContain(first.status);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    const after = await everything();
    const repeat = await sendOnce(made, post);
    expect([repeat.status, repeat.text]).toEqual([first.status, withoutSecret(routeId, first)]);
    expect(repeat.headers.get("idempotency-replayed")).toBe("true");
    expect(await everything()).toEqual(after);
    const padded = { raw: ` ${JSON.stringify(post.body ?? {})}` };
    const headers = { "idempotency-key": "once" };
    // A step without a body takes none, so that there is no other one.
    const other = await call(api, "POST", post.path, { key: made.secret, headers, ...padded });
    if (ROUTES_OF_POSTS.find(({ id }) => id === routeId)?.input.body)
      expectProblem(other, "idempotency_mismatch");
  });

  test("tells a key that was restricted to another customer since nothing of the first answer, and does nothing", async () => {
    const { made, post } = await prepare(routeId);
    const first = await sendOnce(made, post);
    const other = await fixture.customer();
    await updateKey(fixture.context(), { id: made.key.id, customers: [other.id] });
    const after = await everything();
    const repeat = await sendOnce(made, post);
    expect(repeat.headers.get("idempotency-replayed")).toBeNull();
    expect(["customer_out_of_scope", "not_found", "idempotency_mismatch"]).toContain(repeat.json.code);
    for (const told of [first.json.key, first.json.id].filter((one) => typeof one === "string")) {
      // The id in the path is the caller's own word.
      if (!post.path.includes(told)) expect(repeat.text).not.toContain(told);
    }
    expect(await everything()).toEqual(after);
    const fresh = await sendOnce(made, post, "another");
    if (fresh.status >= 400) expect(repeat.json.code).toBe(fresh.json.code);
  });
});

describe("a first answer", () => {
  test("holds no licence key for a key that lost the customer, and is there again once it has it back", async () => {
    const { customer, made, post } = await prepare("licenses.create");
    const first = await sendOnce(made, post);
    const other = await fixture.customer();
    const restrict = (customers: string[] | null) =>
      updateKey(fixture.context(), { id: made.key.id, customers: customers as never });
    await restrict([other.id]);
    const refused = await sendOnce(made, post);
    expectProblem(refused, "customer_out_of_scope");
    expect(refused.text).not.toContain(first.json.key);
    // Of the same restriction, but made without one: it may be about anybody.
    await restrict([customer.id]);
    expectProblem(await sendOnce(made, post), "idempotency_mismatch");
    await restrict(null);
    expect((await sendOnce(made, post)).text).toBe(first.text);
  });

  test("made under a restriction is given under the same and a wider one, and not under a narrower one", async () => {
    const [ours, theirs] = [await fixture.customer(), await fixture.customer()];
    const made = await newKey({ customers: [ours.id, theirs.id] });
    const post = { path: "/staging/licenses", body: { product: "Editor", customerId: theirs.id } };
    const first = await sendOnce(made, post);
    expect(first.status).toBe(201);
    expect((await sendOnce(made, post)).headers.get("idempotency-replayed")).toBe("true");
    await updateKey(fixture.context(), { id: made.key.id, customers: [ours.id] });
    expectProblem(await sendOnce(made, post), "customer_out_of_scope");
    await updateKey(fixture.context(), { id: made.key.id, customers: null });
    expect((await sendOnce(made, post)).text).toBe(first.text);
  });

  test("needs the permissions that the work exercised, beside that of the route, and no others", async () => {
    const made = await newKey();
    const post = {
      path: "/staging/jobs",
      body: { type: "licenses.generate", input: { product: "Editor", count: 1 } },
    };
    const first = await sendOnce(made, post);
    const allow = (...permissions: CreateKeyInput["permissions"]) =>
      updateKey(fixture.context(), { id: made.key.id, permissions });
    await allow("jobs:write");
    expectProblem(await sendOnce(made, post), "permission_denied", {
      missingPermissions: ["licenses:manage"],
    });
    await allow("jobs:write", "licenses:manage");
    expect((await sendOnce(made, post)).text).toBe(first.text);
  });

  test("with a whole licence is not given to a key that reads licences no more", async () => {
    const { id: customerId } = await fixture.customer();
    const license = await createLicense(fixture.context(), {
      product: "Editor",
      customerId,
      environment: "staging",
    });

    const made = await newKey({ permissions: ["licenses:validate", "licenses:read"] });
    const post = { path: "/staging/licenses/validate", body: { key: license.key } };
    const first = await sendOnce(made, post);
    expect(first.text).toContain(license.id);
    await updateKey(fixture.context(), { id: made.key.id, permissions: ["licenses:validate"] });
    expectProblem(await sendOnce(made, post), "idempotency_mismatch");
  });
});
