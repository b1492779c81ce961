import { newLicense, sqlOf } from "@test/server/services/support";
import { TO_THIS_MACHINE } from "@test/server/services/webhooks/support";
import { type Answer, call, expectFieldErrors, expectProblem, inProcess } from "@test/support/calls";
import { adminOf } from "@test/support/fixture";
import { holdBack } from "@test/support/held-back";
import { suiteFixture } from "@test/support/suite";
import { startWebhookReceiver, type WebhookReceiver } from "@test/support/webhook-receiver";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { verifyWebhook } from "@/client";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { MAX_WEBHOOK_ENDPOINTS, type WebhookEventType } from "@/contracts/webhooks";
import { type createKey, deleteKey, regenerateKey, revokeKey, updateKey } from "@/server/services/keys";
import { revokeLicense } from "@/server/services/licenses";
import {
  createWebhook,
  getWebhook,
  listWebhooks,
  sendDueWebhooks,
  updateWebhook,
} from "@/server/services/webhooks";

const fixture = suiteFixture(TO_THIS_MACHINE);
const api = inProcess(fixture);
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver?.close());

beforeEach(async () => {
  receiver.received.splice(0);
  receiver.answer = (response) => response.writeHead(204).end();
  await sqlOf(fixture)`truncate webhook_endpoints, webhook_messages, webhook_deliveries, webhook_attempts`;
});

/** A key of a backend that deals in licences. */
const desk = (input: Partial<CreateKeyInput> = {}): Promise<RevealedKey> =>
  fixture.key({
    name: "Licence desk",
    permissions: ["webhooks:manage", "licenses:read"],
    rateLimits: { minute: 10_000 },
    ...input,
  });

const send = (
  { secret }: Pick<RevealedKey, "secret">,
  method: string,
  path = "",
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  call(api, method, `/staging/webhooks${path}`, {
    key: secret,
    headers,
    ...(body === undefined ? {} : { body }),
  });

const LICENSES: WebhookEventType[] = ["license.revoked"];

interface Made {
  id: Id<"whe">;
  secret: string;
}

async function setUp(by: RevealedKey, events = LICENSES): Promise<Made> {
  const answer = await send(by, "POST", "", { url: receiver.url, events });
  expect(answer.status, answer.text).toBe(201);
  return answer.json as unknown as Made;
}

/** One that an administrator has set up. */
const ofConsole = async (events: WebhookEventType[], environment: "staging" | "production" = "staging") => {
  const { endpoint } = await createWebhook(fixture.context(), { environment, url: receiver.url, events });
  return endpoint;
};

const deliver = () =>
  sendDueWebhooks(fixture.context({ kind: "system", name: "jobs" }), new AbortController().signal);

/** What tells an endpoint something. */
const somethingHappens = {
  "license.revoked": async () => {
    const license = await newLicense(fixture);
    await revokeLicense(fixture.context(), { id: license.id });
    return license.id;
  },
  "key.created": async () => (await fixture.key()).key.id,
};

describe("An endpoint that is set up by the API", () => {
  test("is told what happens, signed with the secret that it was given, as its deliveries show, and again when asked", async () => {
    const by = await desk();
    const { id, secret } = await setUp(by);
    const licenseId = await somethingHappens["license.revoked"]();
    await deliver();
    const [first] = receiver.received;
    if (!first) throw new Error("Nothing arrived.");
    const now = fixture.clock.now().getTime();
    const event = await verifyWebhook({ body: first.body, headers: first.headers, secret, now });
    expect(event).toMatchObject({ id: first.id, type: "license.revoked", data: { id: licenseId } });

    const list = await send(by, "GET", `/${id}/deliveries?state=delivered`);
    expect(list.json).toMatchObject({
      data: [{ id: first.id, type: "license.revoked", subjectId: licenseId, attempts: 1, status: 204 }],
      nextCursor: null,
    });
    expect((await send(by, "GET", `/${id}/deliveries?state=waiting`)).json.data).toEqual([]);
    const detail = await send(by, "GET", `/${id}/deliveries/${first.id}`);
    expect(detail.json).toMatchObject({ body: first.body, tried: [{ number: 1, status: 204, error: null }] });

    const resent = await send(by, "POST", `/${id}/deliveries/${first.id}/resend`);
    expect([resent.status, resent.json.state]).toEqual([202, "waiting"]);
    await deliver();
    expect(receiver.received.map((one) => one.id)).toEqual([first.id, first.id]);
  });

  test("is tested, changed, disabled, enabled and deleted, each on record under the key's name", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    const tried = await send(by, "POST", `/${id}/test`);
    expect(tried.status).toBe(202);
    expect(tried.headers.get("location")).toBe(`/api/v1/staging/webhooks/${id}/deliveries/${tried.json.id}`);
    await deliver();
    expect(receiver.received.map(({ type }) => type)).toEqual(["webhook.test"]);
    const changed = await send(by, "PATCH", `/${id}`, { description: "Desk" });
    expect(changed.json).toMatchObject({ id, description: "Desk", events: LICENSES });
    expect((await send(by, "POST", `/${id}/disable`)).json).toMatchObject({ disabledReason: "manual" });
    expectProblem(await send(by, "POST", `/${id}/test`), "invalid_state");
    expect((await send(by, "POST", `/${id}/enable`)).json).toMatchObject({ disabledAt: null });
    expect((await send(by, "DELETE", `/${id}`)).json).toEqual({ id, deleted: true });
    expectProblem(await send(by, "GET", `/${id}`), "not_found");
    const rows = await sqlOf(fixture)`
      select action, actor_kind, actor_id, actor from audit_events where subject_id = ${id} order by position`;
    const actor = { actor_kind: "key", actor_id: by.key.id, actor: 'key "Licence desk"' };
    expect(rows.map((row) => ({ ...row }))).toEqual(
      ["create", "update", "disable", "enable", "delete"].map((verb) => ({
        action: `webhook.${verb}`,
        ...actor,
      })),
    );
  });

  test("tells its secret once: a repeat gets null, a rotation a new one, and the one before signs on for a day", async () => {
    const by = await desk();
    const once = { "idempotency-key": "once" };
    const body = { url: receiver.url, events: LICENSES };
    const first = await send(by, "POST", "", body, once);
    const repeat = await send(by, "POST", "", body, once);
    expect(repeat.headers.get("idempotency-replayed")).toBe("true");
    expect(repeat.json).toEqual({ ...first.json, secret: null });
    const { id, secret } = first.json as unknown as Made;
    const rotated = await send(by, "POST", `/${id}/rotate-secret`, undefined, once);
    expectProblem(rotated, "idempotency_mismatch");
    const anew = await send(by, "POST", `/${id}/rotate-secret`, undefined, { "idempotency-key": "anew" });
    expect(anew.json.secret).toMatch(/^whsec_/);
    expect(anew.json.secret).not.toBe(secret);
    const again = await send(by, "POST", `/${id}/rotate-secret`, undefined, { "idempotency-key": "anew" });
    expect(again.json).toEqual({ ...anew.json, secret: null });
    for (const shown of [await send(by, "GET", ""), await send(by, "GET", `/${id}`)])
      expect(shown.text).not.toContain("whsec_");
    const kept = await sqlOf(fixture)`select body from idempotency_records where body like '%whsec_%'`;
    expect([...kept]).toEqual([]);
    await somethingHappens["license.revoked"]();
    await deliver();
    const [told] = receiver.received;
    const now = fixture.clock.now().getTime();
    for (const one of [secret, String(anew.json.secret)])
      await verifyWebhook({ body: told?.body ?? "", headers: told?.headers ?? {}, secret: one, now });
  });

  test("names nobody, and stays when its key is revoked, for the console to see", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    expect((await send(by, "GET", `/${id}`)).json).not.toHaveProperty("createdBy");
    await revokeKey(fixture.context(), { id: by.key.id });
    expectProblem(await send(by, "GET", `/${id}`), "key_revoked");
    await somethingHappens["license.revoked"]();
    await deliver();
    expect(receiver.received).toHaveLength(1);
    expect(await getWebhook(fixture.context(), { id })).toMatchObject({ createdBy: 'key "Licence desk"' });
  });
});

/** Each event with what a key must hold to be told of it. */
const READ_BY: [WebhookEventType, string][] = [
  ["license.created", "licenses:read"],
  ["activation.created", "licenses:read"],
  ["job.failed", "jobs:read"],
  ["key.created", "keys:manage"],
  ["finding.opened", "keys:manage"],
];

describe("A key gains nothing by an endpoint", () => {
  test.each(READ_BY)("%s takes %s", async (event, permission) => {
    const body = { url: receiver.url, events: [event] };
    const lacking = await fixture.key({ permissions: ["webhooks:manage"] });
    expectProblem(await send(lacking, "POST", "", body), "permission_denied", {
      missingPermissions: [permission],
    });
    const holding = await fixture.key({
      permissions: ["webhooks:manage", permission] as CreateKeyInput["permissions"],
    });
    expect((await send(holding, "POST", "", body)).status).toBe(201);
  });

  test("what happens to keys takes one that manages all of them", async () => {
    const own = await desk({ permissions: ["webhooks:manage", "keys:manage"], managesKeys: "own" });
    for (const event of ["key.created", "finding.opened"])
      expectProblem(
        await send(own, "POST", "", { url: receiver.url, events: [event] }),
        "permission_denied",
        {
          missingPermissions: ["keys:manage"],
        },
      );
  });

  test("nor by one that somebody else has set up for more: not by its URL, its secret, its deliveries, nor by silencing it", async () => {
    const by = await desk();
    const { id } = await ofConsole(["license.revoked", "key.created"]);
    await somethingHappens["key.created"]();
    await deliver();
    const message = receiver.received[0]?.id;
    const denied = { missingPermissions: ["keys:manage"] };
    const attempts = await Promise.all([
      send(by, "PATCH", `/${id}`, { url: `${receiver.url}/mine` }),
      send(by, "PATCH", `/${id}`, { events: LICENSES }),
      send(by, "PATCH", `/${id}`, { description: "Mine" }),
      send(by, "POST", `/${id}/rotate-secret`),
      send(by, "POST", `/${id}/test`),
      send(by, "POST", `/${id}/enable`),
      send(by, "POST", `/${id}/disable`),
      send(by, "DELETE", `/${id}`),
      send(by, "POST", `/${id}/deliveries/${message}/resend`),
      send(by, "GET", `/${id}/deliveries/${message}`),
    ]);
    for (const answer of attempts) expectProblem(answer, "permission_denied", denied);
    expect((await send(by, "GET", `/${id}/deliveries`)).json.data).toEqual([]);
    expect(await getWebhook(fixture.context(), { id })).toMatchObject({
      url: receiver.url,
      disabledAt: null,
    });
  });

  test("nor by one that was told of more before: what waits goes to no other URL, and what was sent is not shown", async () => {
    const by = await desk();
    const { id } = await ofConsole(["license.revoked", "key.created"]);
    receiver.answer = (response) => response.writeHead(500).end();
    await somethingHappens["key.created"]();
    await deliver();
    const message = receiver.received[0]?.id;
    await updateWebhook(fixture.context(adminOf("admin")), { id, events: LICENSES });
    expectProblem(await send(by, "PATCH", `/${id}`, { url: `${receiver.url}/mine` }), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
    expectProblem(await send(by, "POST", `/${id}/rotate-secret`), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
    // Which sends what waits nowhere else, and looks at none of it, be that a million.
    expect((await send(by, "PATCH", `/${id}`, { description: "Mine" })).status).toBe(200);
    // Nothing waits any more.
    expect((await send(by, "POST", `/${id}/disable`)).status).toBe(200);
    expect((await send(by, "POST", `/${id}/enable`)).status).toBe(200);
    expect((await send(by, "PATCH", `/${id}`, { url: `${receiver.url}/mine` })).status).toBe(200);
    expectProblem(await send(by, "POST", `/${id}/deliveries/${message}/resend`), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
    expectProblem(await send(by, "GET", `/${id}/deliveries/${message}`), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
    expect((await send(by, "GET", `/${id}/deliveries`)).json.data).toEqual([]);
    await deliver();
    expect(receiver.received.filter(({ path }) => path.endsWith("/mine"))).toEqual([]);
  });

  test("the token in a URL is shown to a key that may change the endpoint, and to no other", async () => {
    const { id } = await ofConsole(["license.revoked", "key.created"]);
    const url = `${receiver.url}?token=s3cret`;
    await updateWebhook(fixture.context(), { id, url });
    const shown = async (by: RevealedKey) => [
      (await send(by, "GET", `/${id}`)).json.url,
      (await send(by, "GET")).json.data,
    ];
    const masked = `${receiver.url}?token=…`;
    expect(await shown(await desk())).toMatchObject([masked, [{ url: masked }]]);
    const all = await desk({ permissions: ["webhooks:manage", "licenses:read", "keys:manage"] });
    expect(await shown(all)).toMatchObject([url, [{ url }]]);
  });

  test("nor by changing what one of its own is told of", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    expectProblem(
      await send(by, "PATCH", `/${id}`, { events: ["license.revoked", "job.failed"] }),
      "permission_denied",
      { missingPermissions: ["jobs:read"] },
    );
  });

  test("of another environment none is there", async () => {
    const by = await desk();
    const { id } = await ofConsole(LICENSES, "production");
    expect((await send(by, "GET")).json.data).toEqual([]);
    const asked: [string, string, unknown?][] = [
      ["GET", `/${id}`],
      ["PATCH", `/${id}`, { description: "Mine" }],
      ["DELETE", `/${id}`],
      ...["enable", "disable", "rotate-secret", "test"].map((step): [string, string] => [
        "POST",
        `/${id}/${step}`,
      ]),
      ["GET", `/${id}/deliveries`],
    ];
    for (const [method, path, body] of asked) expectProblem(await send(by, method, path, body), "not_found");
    expectProblem(
      await send(by, "POST", "", { url: receiver.url, events: LICENSES, environment: "production" }),
      "validation_failed",
      {
        errors: [expect.objectContaining({ path: "environment", code: "unknown_field" })],
      },
    );
  });

  test("one that is restricted to customers has none, as an endpoint is told of all", async () => {
    const customer = await fixture.customer();
    const by = await desk({ customers: [customer.id] });
    const { id } = await ofConsole(LICENSES);
    for (const [method, path, body] of [
      ["GET", ""],
      ["POST", "", { url: receiver.url, events: LICENSES }],
      ["GET", `/${id}`],
      ["PATCH", `/${id}`, { description: "Mine" }],
      ["POST", `/${id}/test`],
      ["GET", `/${id}/deliveries`],
    ] as const)
      expectProblem(await send(by, method, path, body), "customer_out_of_scope");
  });

  test("one without webhooks:manage is told what it lacks", async () => {
    const { id } = await ofConsole(LICENSES);
    const by = await desk({ permissions: ["licenses:manage", "keys:manage"] });
    for (const path of ["", `/${id}`, `/${id}/deliveries`])
      expectProblem(await send(by, "GET", path), "permission_denied", {
        missingPermissions: ["webhooks:manage"],
      });
  });
});

describe("A key that, while the body of its call was held back,", () => {
  const changes: [string, (by: RevealedKey) => Promise<unknown>, Parameters<typeof expectProblem>[1]][] = [
    ["was revoked", ({ key }) => revokeKey(fixture.context(), { id: key.id }), "key_revoked"],
    ["has a new secret", ({ key }) => regenerateKey(fixture.context(), { id: key.id }), "key_invalid"],
    [
      "was deleted",
      async ({ key }) => {
        await revokeKey(fixture.context(), { id: key.id });
        await deleteKey(fixture.context(), { id: key.id, name: key.name });
      },
      "key_invalid",
    ],
    [
      "lost the permission",
      ({ key }) => updateKey(fixture.context(), { id: key.id, permissions: ["licenses:read"] }),
      "permission_denied",
    ],
    [
      "may not read licences any more",
      ({ key }) => updateKey(fixture.context(), { id: key.id, permissions: ["webhooks:manage"] }),
      "permission_denied",
    ],
    [
      "was restricted to a customer",
      async ({ key }) =>
        updateKey(fixture.context(), { id: key.id, customers: [(await fixture.customer()).id] }),
      "customer_out_of_scope",
    ],
  ];

  test.each(changes)("%s sets no endpoint up and changes none", async (_, change, code) => {
    const by = await desk();
    const { id } = await ofConsole(LICENSES);
    const start = (method: string, path: string, body: unknown) =>
      holdBack(api, method, `/staging/webhooks${path}`, body, { key: by.secret });
    const finishes = [
      await start("POST", "", { url: `${receiver.url}/late`, events: LICENSES }),
      await start("PATCH", `/${id}`, { url: `${receiver.url}/late` }),
    ];
    await change(by);
    for (const finish of finishes) expect((await finish()).json.code).toBe(code);
    const { data } = await listWebhooks(fixture.context(), {});
    expect(data.map(({ url }) => url)).toEqual([receiver.url]);
  });
});

describe("What cannot be is refused", () => {
  const events = LICENSES;
  const refused: [what: string, body: unknown, path: string, code: string][] = [
    ["a user and a password", { url: "https://u:p@hooks.acme.example/", events }, "url", "custom"],
    ["a fragment", { url: "https://hooks.acme.example/#x", events }, "url", "custom"],
    ["another scheme", { url: "ftp://hooks.acme.example/", events }, "url", "custom"],
    ["no URL", { url: "hooks", events }, "url", "custom"],
    [
      "a URL of 2,001 characters",
      { url: `https://h.example/${"x".repeat(2_000)}`, events },
      "url",
      "too_big",
    ],
    [
      "an unknown event",
      { url: "https://hooks.acme.example/", events: ["key.leaked"] },
      "events.0",
      "invalid_value",
    ],
    [
      "an event that is only for tests",
      { url: "https://hooks.acme.example/", events: ["webhook.test"] },
      "events.0",
      "invalid_value",
    ],
    ["no event", { url: "https://hooks.acme.example/", events: [] }, "events", "too_small"],
    [
      "an unknown field",
      { url: "https://hooks.acme.example/", events, secret: "whsec_mine" },
      "secret",
      "unknown_field",
    ],
    [
      "a description of 201 characters",
      { url: "https://hooks.acme.example/", events, description: "x".repeat(201) },
      "description",
      "too_big",
    ],
  ];

  test.each(refused)("%s", async (_, body, path, code) => {
    expectFieldErrors(await send(await desk(), "POST", "", body), { path, code });
  });

  // An address of a private network in every spelling that a reader of URLs takes (WHATWG URL, section 3.5), and in other dresses.
  test.each([
    "https://10.0.0.1/",
    "https://167772161/",
    "https://0xa000001/",
    "https://0xa.0.0.1/",
    "https://012.0.0.1/",
    "https://10.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:a00:1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://0/",
    "https://１０.0.0.1/",
  ])("%s, which leads inside", async (url) => {
    const by = await desk();
    expectFieldErrors(await send(by, "POST", "", { url, events }), { path: "url", code: "target_refused" });
    const { id } = await setUp(by);
    expectFieldErrors(await send(by, "PATCH", `/${id}`, { url }), { path: "url", code: "target_refused" });
  });

  test("a body of more than a mebibyte, one that is no JSON, and a change of nothing", async () => {
    const by = await desk();
    const large = { url: "https://hooks.acme.example/", events, description: "x".repeat(1_048_576) };
    expectProblem(await send(by, "POST", "", large), "payload_too_large");
    const raw = await call(api, "POST", "/staging/webhooks", { key: by.secret, raw: "{" });
    expectProblem(raw, "malformed_json");
    const { id } = await setUp(by);
    expectFieldErrors(await send(by, "PATCH", `/${id}`, {}), { path: "", code: "custom" });
  });

  test("one endpoint more than there may be", async () => {
    const by = await desk();
    for (let made = 0; made < MAX_WEBHOOK_ENDPOINTS; made++) await ofConsole(events);
    expectProblem(await send(by, "POST", "", { url: receiver.url, events }), "conflict");
    const page = await send(by, "GET", "?limit=15");
    expect(page.json.data).toHaveLength(15);
    const rest = await send(by, "GET", `?limit=15&cursor=${page.json.nextCursor}`);
    expect([(rest.json.data as unknown[]).length, rest.json.nextCursor]).toEqual([5, null]);
  });

  test("ids that are none, and filters that there are not", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    for (const path of ["/whe_x", `/${"key_01jdcyzx3m5n7p9q1r3s5t7v9w"}`, `/${id}/deliveries/msg_x`])
      expectProblem(await send(by, "GET", path), "not_found");
    expectFieldErrors(await send(by, "GET", `/${id}/deliveries?state=lost`), {
      path: "state",
      code: "invalid_value",
    });
    expectFieldErrors(await send(by, "GET", "?state=waiting"), { path: "state", code: "unknown_field" });
  });
});

describe("What comes in the way of a delivery is told without where it leads", () => {
  test("a redirect is not followed, and the answer of the receiver is not in the API's", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    receiver.answer = (response) =>
      response.writeHead(302, { location: "http://169.254.169.254/" }).end("inner secrets");
    const { id: message } = (await send(by, "POST", `/${id}/test`)).json;
    await deliver();
    const detail = await send(by, "GET", `/${id}/deliveries/${message}`);
    expect(detail.json).toMatchObject({
      state: "waiting",
      tried: [{ status: 302, error: "Answered 302: redirects are not followed" }],
    });
    expect(detail.text).not.toContain("inner secrets");
    expect(receiver.received).toHaveLength(1);
  });

  test("whether a name is known, where it leads and why nothing answers there is one and the same reason", async () => {
    const by = await desk();
    const closed = await startWebhookReceiver();
    await closed.close();
    const names = ["https://localhost", "https://unknown.invalid"].map((name) => `${name}:${closed.port}/`);
    for (const url of [closed.url, ...names, receiver.url.replace("http:", "https:")]) {
      const made = await send(by, "POST", "", { url, events: LICENSES });
      const { id } = made.json as unknown as Made;
      const { id: message } = (await send(by, "POST", `/${id}/test`)).json;
      await deliver();
      const detail = await send(by, "GET", `/${id}/deliveries/${message}`);
      const error = "Could not be connected to, or gave no answer";
      expect(detail.json, url).toMatchObject({ status: null, error, tried: [{ status: null, error }] });
      expect(detail.text).not.toMatch(/127\.0\.0\.1|::1|ENOTFOUND|refused/i);
    }
  });
});

test("an endpoint is set up within the key's own environment alone, whatever a verb is given", async () => {
  const by = await desk();
  const principal = { ...keyOf(by), digests: [] };
  const ctx = { ...fixture.context(principal), database: "owner" as const };
  const input = { environment: "production" as const, url: receiver.url, events: LICENSES };
  await expect(createWebhook(ctx, input)).rejects.toMatchObject({ code: "not_found" });
});

const keyOf = ({ key }: Awaited<ReturnType<typeof createKey>>) => ({
  kind: "key" as const,
  id: key.id,
  name: key.name,
  environment: key.environment,
  permissions: key.permissions,
  customers: null,
});
