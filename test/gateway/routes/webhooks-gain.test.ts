import { expectProblem } from "@test/support/calls";
import { adminOf } from "@test/support/fixture";
import { holdBack } from "@test/support/held-back";
import { describe, expect, test } from "vitest";
import type { RevealedKey } from "@/contracts/keys";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import type { WebhookEventType } from "@/contracts/webhooks";
import { type createKey, deleteKey, regenerateKey, revokeKey, updateKey } from "@/server/services/keys";
import { createWebhook, getWebhook, listWebhooks, updateWebhook } from "@/server/services/webhooks";
import { LICENSES, webhookApiSuite } from "./webhooks-support";

const { suite, api, desk, send, setUp, ofConsole, deliver, somethingHappens } = webhookApiSuite();

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
    const body = { url: suite.receiver.url, events: [event] };
    const lacking = await suite.fixture.key({ permissions: ["webhooks:manage"] });
    expectProblem(await send(lacking, "POST", "", body), "permission_denied", {
      missingPermissions: [permission],
    });
    const holding = await suite.fixture.key({
      permissions: ["webhooks:manage", permission] as CreateKeyInput["permissions"],
    });
    expect((await send(holding, "POST", "", body)).status).toBe(201);
  });

  test("what happens to keys takes one that manages all of them", async () => {
    const own = await desk({ permissions: ["webhooks:manage", "keys:manage"], managesKeys: "own" });
    for (const event of ["key.created", "finding.opened"])
      expectProblem(
        await send(own, "POST", "", { url: suite.receiver.url, events: [event] }),
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
    const message = suite.receiver.received[0]?.id;
    const denied = { missingPermissions: ["keys:manage"] };
    const attempts = await Promise.all([
      send(by, "PATCH", `/${id}`, { url: `${suite.receiver.url}/mine` }),
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
    expect(await getWebhook(suite.fixture.context(), { id })).toMatchObject({
      url: suite.receiver.url,
      disabledAt: null,
    });
  });

  test("nor by one that was told of more before: what waits goes to no other URL, and what was sent is not shown", async () => {
    const by = await desk();
    const { id } = await ofConsole(["license.revoked", "key.created"]);
    suite.receiver.answer = (response) => response.writeHead(500).end();
    await somethingHappens["key.created"]();
    await deliver();
    const message = suite.receiver.received[0]?.id;
    await updateWebhook(suite.fixture.context(adminOf("admin")), { id, events: LICENSES });
    expectProblem(
      await send(by, "PATCH", `/${id}`, { url: `${suite.receiver.url}/mine` }),
      "permission_denied",
      {
        missingPermissions: ["keys:manage"],
      },
    );
    expectProblem(await send(by, "POST", `/${id}/rotate-secret`), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
    // Which sends what waits nowhere else, and looks at none of it, be that a million.
    expect((await send(by, "PATCH", `/${id}`, { description: "Mine" })).status).toBe(200);
    // Nothing waits any more.
    expect((await send(by, "POST", `/${id}/disable`)).status).toBe(200);
    expect((await send(by, "POST", `/${id}/enable`)).status).toBe(200);
    expect((await send(by, "PATCH", `/${id}`, { url: `${suite.receiver.url}/mine` })).status).toBe(200);
    expectProblem(await send(by, "POST", `/${id}/deliveries/${message}/resend`), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
    expectProblem(await send(by, "GET", `/${id}/deliveries/${message}`), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
    expect((await send(by, "GET", `/${id}/deliveries`)).json.data).toEqual([]);
    await deliver();
    expect(suite.receiver.received.filter(({ path }) => path.endsWith("/mine"))).toEqual([]);
  });

  test("the token in a URL is shown to a key that may change the endpoint, and to no other", async () => {
    const { id } = await ofConsole(["license.revoked", "key.created"]);
    const url = `${suite.receiver.url}?token=s3cret`;
    await updateWebhook(suite.fixture.context(), { id, url });
    const shown = async (by: RevealedKey) => [
      (await send(by, "GET", `/${id}`)).json.url,
      (await send(by, "GET")).json.data,
    ];
    const masked = `${suite.receiver.url}?token=…`;
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
      await send(by, "POST", "", { url: suite.receiver.url, events: LICENSES, environment: "production" }),
      "validation_failed",
      {
        errors: [expect.objectContaining({ path: "environment", code: "unknown_field" })],
      },
    );
  });

  test("one that is restricted to customers has none, as an endpoint is told of all", async () => {
    const customer = await suite.fixture.customer();
    const by = await desk({ customers: [customer.id] });
    const { id } = await ofConsole(LICENSES);
    for (const [method, path, body] of [
      ["GET", ""],
      ["POST", "", { url: suite.receiver.url, events: LICENSES }],
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
    ["was revoked", ({ key }) => revokeKey(suite.fixture.context(), { id: key.id }), "key_revoked"],
    ["has a new secret", ({ key }) => regenerateKey(suite.fixture.context(), { id: key.id }), "key_invalid"],
    [
      "was deleted",
      async ({ key }) => {
        await revokeKey(suite.fixture.context(), { id: key.id });
        await deleteKey(suite.fixture.context(), { id: key.id, name: key.name });
      },
      "key_invalid",
    ],
    [
      "lost the permission",
      ({ key }) => updateKey(suite.fixture.context(), { id: key.id, permissions: ["licenses:read"] }),
      "permission_denied",
    ],
    [
      "may not read licences any more",
      ({ key }) => updateKey(suite.fixture.context(), { id: key.id, permissions: ["webhooks:manage"] }),
      "permission_denied",
    ],
    [
      "was restricted to a customer",
      async ({ key }) =>
        updateKey(suite.fixture.context(), { id: key.id, customers: [(await suite.fixture.customer()).id] }),
      "customer_out_of_scope",
    ],
  ];

  test.each(changes)("%s sets no endpoint up and changes none", async (_, change, code) => {
    const by = await desk();
    const { id } = await ofConsole(LICENSES);
    const start = (method: string, path: string, body: unknown) =>
      holdBack(api, method, `/staging/webhooks${path}`, body, { key: by.secret });
    const finishes = [
      await start("POST", "", { url: `${suite.receiver.url}/late`, events: LICENSES }),
      await start("PATCH", `/${id}`, { url: `${suite.receiver.url}/late` }),
    ];
    await change(by);
    for (const finish of finishes) expect((await finish()).json.code).toBe(code);
    const { data } = await listWebhooks(suite.fixture.context(), {});
    expect(data.map(({ url }) => url)).toEqual([suite.receiver.url]);
  });
});

test("an endpoint is set up within the key's own environment alone, whatever a verb is given", async () => {
  const by = await desk();
  const principal = { ...keyOf(by), digests: [] };
  const ctx = { ...suite.fixture.context(principal), database: "owner" as const };
  const input = { environment: "production" as const, url: suite.receiver.url, events: LICENSES };
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
