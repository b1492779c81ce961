import { auditOf, sqlOf } from "@test/server/services/support";
import { expectProblem } from "@test/support/calls";
import { adminOf } from "@test/support/fixture";
import { describe, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import { revokeKeyWithMade } from "@/server/services/keys";
import { disableWebhook, enableWebhook, getWebhook } from "@/server/services/webhooks";
import { type MadeEndpoint, webhookApiSuite } from "./webhooks-support";

const { suite, desk, send, setUp, deliver, somethingHappens } = webhookApiSuite();

const admin = () => suite.fixture.context(adminOf("admin"));
const shown = (id: Id<"whe">) => getWebhook(admin(), { id });
const enable = (by: RevealedKey, { id }: { id: Id<"whe"> }) => send(by, "POST", `/${id}/enable`);
const disable = (by: RevealedKey, { id }: { id: Id<"whe"> }) => send(by, "POST", `/${id}/disable`);
const manager = () =>
  desk({ permissions: ["webhooks:manage", "licenses:read", "keys:manage"], managesKeys: "all" });

/** An endpoint of a key that has answered 410. */
async function gone(by: RevealedKey): Promise<MadeEndpoint> {
  const made = await setUp(by);
  suite.refuse(410);
  await somethingHappens["license.revoked"]();
  await deliver();
  suite.accept();
  expect(await shown(made.id)).toMatchObject({ disabledReason: "gone", disabledByKeyId: null });
  return made;
}

async function expectRefused(by: RevealedKey, endpoint: MadeEndpoint): Promise<void> {
  const before = await shown(endpoint.id);
  const rows = await auditOf(suite.fixture, async () => {
    expectProblem(await enable(by, endpoint), "invalid_state", {
      detail: "This endpoint was disabled by somebody else: it can be enabled in the console alone.",
    });
  });
  expect(rows).toEqual([]);
  expect(await shown(endpoint.id)).toEqual(before);
}

describe("A key enables an endpoint", () => {
  test("that it has disabled itself, or that has stopped taking what it is sent, whoever set it up", async () => {
    const [by, other] = [await desk(), await desk()];
    const endpoint = await setUp(other);
    expect((await disable(by, endpoint)).json).not.toHaveProperty("disabledByKeyId");
    expect(await shown(endpoint.id)).toMatchObject({ disabledByKeyId: by.key.id });
    expect((await enable(by, endpoint)).json).toMatchObject({ disabledAt: null });
    expect(await shown(endpoint.id)).toMatchObject({ disabledByKeyId: null });
    expect((await enable(by, await gone(other))).json).toMatchObject({ disabledAt: null });
  });

  test("that another key has disabled, where it manages all keys, and else not", async () => {
    const [by, other] = [await desk(), await desk({ managesKeys: "own" })];
    const endpoint = await setUp(other);
    await disable(by, endpoint);
    await expectRefused(other, endpoint);
    expect((await enable(await manager(), endpoint)).status).toBe(200);
  });

  test("never that an administrator has disabled, until one has enabled it; nor by disabling it once more", async () => {
    const by = await desk();
    const endpoint = await setUp(by);
    await disableWebhook(admin(), { id: endpoint.id });
    for (const key of [by, await desk(), await manager()]) {
      expect((await disable(key, endpoint)).status).toBe(200);
      await expectRefused(key, endpoint);
    }
    await enableWebhook(admin(), { id: endpoint.id });
    await disable(by, endpoint);
    expect((await enable(by, endpoint)).status).toBe(200);
  });

  test("nor one that a restore has disabled: whether this installation is to send is not for keys to say", async () => {
    const by = await desk();
    const endpoint = await setUp(by);
    await sqlOf(suite.fixture)`
      update webhook_endpoints set disabled_at = created_at, disabled_reason = 'restored'`;
    await expectRefused(by, endpoint);
  });
});

describe("An administrator's no takes the place", () => {
  test("of what a key or the system has disabled, once, and the first time of that stays", async () => {
    const by = await desk();
    const own = await setUp(by);
    await disable(by, own);
    const ended = await gone(by);
    suite.fixture.clock.advance(60_000);
    for (const endpoint of [own, ended]) {
      const { id } = endpoint;
      const { disabledAt } = await shown(id);
      const rows = await auditOf(suite.fixture, async () => {
        for (const _ of ["once", "again"]) await disableWebhook(admin(), { id });
      });
      expect(rows).toMatchObject([
        { action: "webhook.disable", actorKind: "admin", subjectId: id, after: { reason: "manual" } },
      ]);
      expect(await shown(id)).toMatchObject({ disabledAt, disabledReason: "manual", disabledByKeyId: null });
      await expectRefused(by, endpoint);
    }
  });

  test("and so it does when a stolen key is cut off that has had its endpoints disabled meanwhile", async () => {
    const [thief, second] = [await desk(), await manager()];
    const endpoints = [await gone(thief), await setUp(thief)];
    await disable(thief, endpoints[1] as MadeEndpoint);
    expect(await revokeKeyWithMade(admin(), { id: thief.key.id })).toEqual({ others: 0, endpoints: 2 });
    for (const endpoint of endpoints) await expectRefused(second, endpoint);
    expect(await revokeKeyWithMade(admin(), { id: thief.key.id })).toEqual({ others: 0, endpoints: 0 });
  });
});
