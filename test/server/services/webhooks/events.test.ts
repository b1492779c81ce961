import { keyWithRow, start, work } from "@test/server/jobs/support";
import { newLicense, sqlOf } from "@test/server/services/support";
import { keyPrincipal } from "@test/support/fixture";
import { countCalls } from "@test/support/usage";
import { describe, expect, test, vi } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { WEBHOOKS_CHANNEL } from "@/server/database/channels";
import { withTransaction } from "@/server/database/session";
import { checkFindings } from "@/server/services/findings";
import { cancelJob } from "@/server/services/jobs";
import {
  deleteKey,
  endOverlap,
  reactivateKey,
  regenerateKey,
  revokeKey,
  tellDueKeyEvents,
  updateKey,
} from "@/server/services/keys";
import {
  activateLicense,
  deactivateLicense,
  deleteLicense,
  endActivation,
  reinstateLicense,
  revokeLicense,
  suspendLicense,
  updateLicense,
} from "@/server/services/licenses";
import { disableWebhook, enableWebhook, publishWebhooks } from "@/server/services/webhooks";
import { webhookSuite } from "./support";

const suite = webhookSuite();
const staging = "staging" as const;

/** What the receiver has had since the last time. */
async function told() {
  await suite.send();
  return suite.receiver.received.splice(0);
}
const types = async () => (await told()).map(({ type }) => type);

describe("An endpoint is told", () => {
  test("each change of a key, as it is then, and neither a secret nor a digest", async () => {
    await suite.endpoint();
    const ctx = suite.fixture.context();
    const { key, secret } = await suite.fixture.key({ name: "Billing" });
    const { id } = key;
    await updateKey(ctx, { id, name: "Invoices" });
    // As it is already, which is no change.
    await updateKey(ctx, { id, name: "Invoices" });
    const renewed = await regenerateKey(ctx, { id, overlap: "1h" });
    await endOverlap(ctx, { id, overlapUntil: renewed.key.overlapUntil ?? "" });
    await revokeKey(ctx, { id, reason: "Leaked" });
    await reactivateKey(ctx, { id });
    await revokeKey(ctx, { id });
    await deleteKey(ctx, { id, name: "Invoices" });
    const webhooks = (await told()).filter(({ type }) => type.startsWith("key."));
    expect(webhooks.map(({ type, json }) => [type, json.data.name, json.data.status])).toEqual([
      ["key.created", "Billing", "active"],
      ["key.updated", "Invoices", "active"],
      ["key.regenerated", "Invoices", "active"],
      ["key.updated", "Invoices", "active"],
      ["key.revoked", "Invoices", "inactive"],
      ["key.reactivated", "Invoices", "active"],
      ["key.revoked", "Invoices", "inactive"],
      ["key.deleted", "Invoices", "inactive"],
    ]);
    const everything = webhooks.map(({ body }) => body).join("");
    const rows = await sqlOf(
      suite.fixture,
    )`select encode(digest, 'hex') as digest from api_key_replaced_secrets`;
    for (const one of [secret, renewed.secret]) {
      expect(everything).not.toContain(one);
      expect(everything).not.toContain(one.slice(-38, -6));
    }
    for (const { digest } of rows) expect(everything).not.toContain(digest);
  });

  test("each change of a licence and its devices, with its key masked", async () => {
    await suite.endpoint();
    const ctx = suite.fixture.context();
    const { id, key } = await newLicense(suite.fixture);
    await updateLicense(ctx, { id, features: ["export"] });
    await suspendLicense(ctx, { id, reason: "Unpaid" });
    await reinstateLicense(ctx, { id });
    await activateLicense(ctx, { environment: staging, key, identifier: "laptop" });
    // The same device is no second activation.
    await activateLicense(ctx, { environment: staging, key, identifier: "laptop" });
    await deactivateLicense(ctx, { environment: staging, key, identifier: "laptop" });
    const { activation } = await activateLicense(ctx, { environment: staging, key, identifier: "phone" });
    await endActivation(ctx, { id, activationId: activation.id });
    await revokeLicense(ctx, { id });
    await deleteLicense(ctx, { id });
    const webhooks = await told();
    expect(webhooks.map(({ type }) => type)).toEqual([
      "license.created",
      "license.updated",
      "license.suspended",
      "license.reinstated",
      "activation.created",
      "activation.ended",
      "activation.created",
      "activation.ended",
      "license.revoked",
      "license.deleted",
    ]);
    expect(webhooks.map(({ body }) => body).join("")).not.toContain(key);
    expect(webhooks[4]?.json.data).toMatchObject({ licenseId: id, identifier: "laptop" });
  });

  test("what keys do over the public API, under the row-level security of their environment", async () => {
    await suite.endpoint();
    const license = await newLicense(suite.fixture);
    await told();
    const scoped = keyPrincipal({ customers: license.customerId ? [license.customerId] : [] });
    for (const principal of [keyPrincipal(), scoped]) {
      const ctx = suite.fixture.context(principal);
      const identifier = principal === scoped ? "phone" : "laptop";
      await activateLicense(ctx, { key: license.key, identifier });
    }
    expect(await types()).toEqual(["activation.created", "activation.created"]);
  });

  test("how a job has ended, and not each licence that it made", async () => {
    await suite.endpoint();
    const key = await keyWithRow(suite.fixture);
    await told();
    const good = await start(suite.fixture, key, {
      type: "licenses.generate",
      input: { product: "Editor", count: 3 },
    });
    await work(suite.fixture, good.id);
    const bad = await start(suite.fixture, key, { type: "licenses.export", input: { filter: {} } });
    await revokeKey(suite.fixture.context(), { id: key.id });
    await work(suite.fixture, bad.id);
    const jobs = (await told()).filter(({ type }) => !type.startsWith("key."));
    expect(jobs.map(({ type, json }) => [type, json.data.id, json.data.status])).toEqual([
      ["job.succeeded", good.id, "succeeded"],
      ["job.failed", bad.id, "failed"],
    ]);
  });

  test("that a job was cancelled, by a key or by an administrator, and nothing of a cancel that comes too late", async () => {
    await suite.endpoint();
    const key = await keyWithRow(suite.fixture);
    await told();
    const input = { product: "Editor", count: 3 };
    const first = await start(suite.fixture, key, { type: "licenses.generate", input });
    const second = await start(suite.fixture, key, { type: "licenses.generate", input });
    await cancelJob(suite.fixture.context(key), { id: first.id });
    await cancelJob(suite.fixture.context(), { id: second.id });
    await expect(cancelJob(suite.fixture.context(), { id: second.id })).rejects.toThrow(/invalid_state/);
    await work(suite.fixture, second.id);
    expect(
      (await told()).map(({ type, json }) => [type, json.data.id, json.data.status, json.data.finishedAt]),
    ).toEqual([
      ["job.cancelled", first.id, "cancelled", suite.fixture.clock.now().toISOString()],
      ["job.cancelled", second.id, "cancelled", suite.fixture.clock.now().toISOString()],
    ]);
  });

  test("a finding once, when it opens", async () => {
    await suite.endpoint({ environment: "production", events: ["finding.opened"] });
    const { key } = await suite.fixture.key({ environment: "production" });
    await checkFindings(suite.fixture.context());
    await checkFindings(suite.fixture.context());
    const opened = await told();
    expect(opened.map(({ json }) => [json.data.kind, json.data.keyId])).toEqual([["no_expiry", key.id]]);
  });

  test("that a key expires and has expired, once each, and again where the expiry is moved", async () => {
    await suite.endpoint({ events: ["key.expiring", "key.expired"] });
    const inDays = (days: number) =>
      new Date(suite.fixture.clock.now().getTime() + days * DAY_MS).toISOString();
    const { key } = await suite.fixture.key({ expiresAt: inDays(20) });
    // Made for less than the reminder is ahead: whoever makes it knows.
    await suite.fixture.key({ expiresAt: inDays(5) });
    const look = async () => {
      const found = [await tellDueKeyEvents(suite.worker), await tellDueKeyEvents(suite.worker)];
      return [...found, await types()];
    };
    expect(await look()).toEqual([0, 0, []]);
    suite.fixture.clock.advance(7 * 86_400);
    expect(await look()).toEqual([2, 0, expect.arrayContaining(["key.expiring", "key.expired"])]);
    await updateKey(suite.fixture.context(), { id: key.id, expiresAt: inDays(30) });
    expect(await look()).toEqual([0, 0, []]);
    suite.fixture.clock.advance(20 * 86_400);
    expect(await look()).toEqual([1, 0, ["key.expiring"]]);
    suite.fixture.clock.advance(10 * 86_400);
    expect(await look()).toEqual([1, 0, ["key.expired"]]);
  });

  test("that a key expires where its expiry is set to less than 14 days ahead, after the endpoint was set up", async () => {
    const inDays = (days: number) =>
      new Date(suite.fixture.clock.now().getTime() + days * DAY_MS).toISOString();
    const { key } = await suite.fixture.key();
    suite.fixture.clock.advance(30 * 86_400);
    await suite.endpoint({ events: ["key.expiring"] });
    suite.fixture.clock.advance(3_600);
    await updateKey(suite.fixture.context(), { id: key.id, expiresAt: inDays(5) });
    expect([await tellDueKeyEvents(suite.worker), await types()]).toEqual([1, ["key.expiring"]]);
    expect(await tellDueKeyEvents(suite.worker)).toBe(0);
    await revokeKey(suite.fixture.context(), { id: key.id });
  });

  test("of no expiry that came about before it was enabled, as an installation that a backup was restored to has told of it before", async () => {
    const { endpoint } = await suite.endpoint({ events: ["key.expiring", "key.expired"] });
    const inDays = (days: number) =>
      new Date(suite.fixture.clock.now().getTime() + days * DAY_MS).toISOString();
    const ctx = suite.fixture.context();
    await suite.fixture.key({ expiresAt: inDays(20) });
    suite.fixture.clock.advance(7 * 86_400);
    expect([await tellDueKeyEvents(suite.worker), await types()]).toEqual([1, ["key.expiring"]]);
    // As a restore leaves it: without messages, and disabled.
    await sqlOf(suite.fixture)`delete from webhook_messages`;
    await disableWebhook(ctx, { id: endpoint.id });
    suite.fixture.clock.advance(86_400);
    await enableWebhook(ctx, { id: endpoint.id });
    expect(await tellDueKeyEvents(suite.worker)).toBe(0);
    suite.fixture.clock.advance(13 * 86_400);
    expect([await tellDueKeyEvents(suite.worker), await types()]).toEqual([1, ["key.expired"]]);
  });

  test("that calls of a key were refused by its limit, at most once in an hour", async () => {
    await suite.endpoint({ events: ["key.limit_exceeded"] });
    const { key } = await suite.fixture.key();
    const over = () => countCalls(suite.fixture, [{ key, calls: 3, code: "rate_limited", status: 429 }]);
    await over();
    expect([await tellDueKeyEvents(suite.worker), await types()]).toEqual([1, ["key.limit_exceeded"]]);
    await over();
    expect(await tellDueKeyEvents(suite.worker)).toBe(0);
    suite.fixture.clock.advance(3_600);
    await over();
    expect([await tellDueKeyEvents(suite.worker), await types()]).toEqual([1, ["key.limit_exceeded"]]);
  });
});

describe("A change that is told", () => {
  test("notifies nobody: that takes a lock of the whole database until the commit is on disk", async () => {
    await suite.endpoint();
    const announced: string[] = [];
    const { $client } = suite.fixture.runtime.databases.owner;
    const listening = await $client.listen(WEBHOOKS_CHANNEL, (payload) => announced.push(payload));
    await suite.fixture.key();
    await $client.notify(WEBHOOKS_CHANNEL, "last");
    await vi.waitFor(() => expect(announced).toContain("last"));
    await listening.unlisten();
    expect(announced).toEqual(["last"]);
  });
});

describe("Nothing is told", () => {
  test("of a change that did not commit", async () => {
    await suite.endpoint();
    const change = withTransaction(suite.worker, async (ctx) => {
      await publishWebhooks(ctx, [
        { type: "key.created", environment: staging, subjectId: "key_1", data: {} },
      ]);
      throw new Error("The change did not come about");
    });
    await expect(change).rejects.toThrow("did not come about");
    expect(await types()).toEqual([]);
  });

  test("of another environment, of an event that was not asked for, or where there is no endpoint, and nothing is stored", async () => {
    await suite.endpoint({ environment: "development", events: ["key.created"] });
    await suite.endpoint({ events: ["key.deleted"] });
    await suite.fixture.key();
    const { key } = await suite.fixture.key({ environment: "development" });
    await revokeKey(suite.fixture.context(), { id: key.id });
    const webhooks = await told();
    expect(webhooks.map(({ type, json }) => [type, json.data.environment])).toEqual([
      ["key.created", "development"],
    ]);
    expect(await sqlOf(suite.fixture)`select from webhook_messages`).toHaveLength(1);
  });

  test("by a key's SQL of another environment, whatever it names", async () => {
    await suite.endpoint({ environment: "production" });
    const event = {
      id: "msg_01h455vb4pex5vsknk084sn02q",
      type: "key.created",
      environment: "production",
      subjectId: "key_1",
      body: "{}",
    };
    const { $client } = suite.fixture.runtime.databases.api.staging;
    await $client`select publish_webhooks(${JSON.stringify([event])}::text::jsonb, now())`;
    expect(await sqlOf(suite.fixture)`select from webhook_messages`).toHaveLength(0);
  });

  test("beyond 64 KiB: of a longer event its id alone", async () => {
    await suite.endpoint();
    await withTransaction(suite.worker, (ctx) =>
      publishWebhooks(ctx, [
        { type: "key.updated", environment: staging, subjectId: "key_1", data: { text: "a".repeat(70_000) } },
      ]),
    );
    const [webhook] = await told();
    expect(webhook?.json.data).toEqual({ id: "key_1" });
  });
});
