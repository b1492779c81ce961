import { auditOf, refusal, sqlOf } from "@test/server/services/support";
import { adminOf, keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { CreateWebhookInput } from "@/contracts/schemas/webhooks";
import { MAX_WEBHOOK_ENDPOINTS } from "@/contracts/webhooks";
import {
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  getWebhook,
  listWebhooks,
  rotateWebhookSecret,
  updateWebhook,
} from "@/server/services/webhooks";

const fixture = suiteFixture();

const create = (input: Partial<CreateWebhookInput> = {}, ctx = fixture.context()) =>
  createWebhook(ctx, {
    environment: "staging",
    url: "https://hooks.acme.example/keyward",
    events: ["key.revoked"],
    ...input,
  });

describe("A webhook endpoint", () => {
  test("reveals its signing secret when it is made and when that is made anew, and never again", async () => {
    const { endpoint, secret } = await create();
    const rotated = await rotateWebhookSecret(fixture.context(), { id: endpoint.id });
    expect(rotated.secret).not.toBe(secret);
    const shown = JSON.stringify([
      await getWebhook(fixture.context(), { id: endpoint.id }),
      await listWebhooks(fixture.context(), {}),
      endpoint,
      rotated.endpoint,
    ]);
    const stored = await sqlOf(fixture)`select webhook_endpoints::text as row from webhook_endpoints`;
    for (const one of [secret, rotated.secret]) {
      const bytes = Buffer.from(one.replace("whsec_", ""), "base64");
      expect(bytes).toHaveLength(32);
      for (const form of [one.slice(6), bytes.toString("hex")]) {
        expect(shown).not.toContain(form);
        expect(JSON.stringify(stored)).not.toContain(form);
      }
    }
  });

  test("is on record with each change, without its secret", async () => {
    const rows = await auditOf(fixture, async () => {
      const { endpoint } = await create({ description: "Billing" });
      const { id } = endpoint;
      const ctx = fixture.context(adminOf("owner"));
      await updateWebhook(ctx, { id, events: ["key.created", "job.failed"] });
      // As it is already.
      await updateWebhook(ctx, { id, events: ["key.created", "job.failed"] });
      await rotateWebhookSecret(ctx, { id });
      await disableWebhook(ctx, { id });
      await disableWebhook(ctx, { id });
      await enableWebhook(ctx, { id });
      await deleteWebhook(ctx, { id });
    });
    expect(rows.map(({ action, before, after }) => [action, before, after])).toEqual([
      [
        "webhook.create",
        null,
        { url: "https://hooks.acme.example/keyward", description: "Billing", events: ["key.revoked"] },
      ],
      ["webhook.update", { events: ["key.revoked"] }, { events: ["key.created", "job.failed"] }],
      ["webhook.rotate_secret", null, { previousSecretUntil: expect.any(String) }],
      ["webhook.disable", null, { reason: "manual" }],
      ["webhook.enable", { reason: "manual" }, { reason: null }],
      ["webhook.delete", expect.objectContaining({ description: "Billing" }), null],
    ]);
  });

  test("whose URL holds a token in its query is shown whole to who manages it, and to nobody else; in the audit never", async () => {
    const rows = await auditOf(fixture, async () => {
      const { endpoint } = await create({
        url: "https://hooks.acme.example/in?team=blue&token=s3cret-1&bare-s3cret",
      });
      const { id, url } = endpoint;
      expect(url).toContain("s3cret-1");
      expect((await getWebhook(fixture.context(adminOf("admin")), { id })).url).toBe(url);
      const viewer = fixture.context(adminOf("viewer"));
      const listed = await listWebhooks(viewer, {});
      for (const shown of [await getWebhook(viewer, { id }), listed.data.find((one) => one.id === id)]) {
        expect(shown?.url).toBe("https://hooks.acme.example/in?team=…&token=…&…");
      }
      const ctx = fixture.context(adminOf("owner"));
      await updateWebhook(ctx, { id, url: url.replace("s3cret-1", "s3cret-2") });
      await disableWebhook(ctx, { id });
      await enableWebhook(ctx, { id });
      await rotateWebhookSecret(ctx, { id });
      await deleteWebhook(ctx, { id });
    });
    expect(rows).toHaveLength(6);
    expect(rows[1]).toMatchObject({ before: { query: null }, after: { query: "changed" } });
    expect(JSON.stringify(rows)).not.toContain("s3cret");
  });

  test("is set up and changed by owners and admins, seen by everybody in the team, and nothing to a key without the permission", async () => {
    const { endpoint } = await create();
    for (const role of ["operator", "viewer"] as const) {
      const ctx = fixture.context(adminOf(role));
      expect(await getWebhook(ctx, { id: endpoint.id })).toEqual(endpoint);
      await expect(create({}, ctx)).rejects.toMatchObject({ code: "permission_denied" });
      await expect(updateWebhook(ctx, { id: endpoint.id, description: "Mine" })).rejects.toMatchObject({
        code: "permission_denied",
      });
    }
    await expect(create({}, fixture.context(adminOf("admin")))).resolves.toBeDefined();
    const key = fixture.context(keyPrincipal({ permissions: ["licenses:manage"] }));
    await expect(getWebhook(key, { id: endpoint.id })).rejects.toMatchObject({ code: "permission_denied" });
  });

  test("of an environment in which somebody has no role is not there for them", async () => {
    const { endpoint } = await create({ environment: "production" });
    const stranger = fixture.context({ ...adminOf("viewer"), environmentRoles: { staging: "admin" } });
    const { id } = endpoint;
    await expect(getWebhook(stranger, { id })).rejects.toMatchObject({ code: "not_found" });
    await expect(disableWebhook(stranger, { id })).rejects.toMatchObject({ code: "not_found" });
    expect((await listWebhooks(stranger, {})).data.map((one) => one.environment)).not.toContain("production");
    await expect(create({ environment: "production" }, stranger)).rejects.toMatchObject({
      code: "permission_denied",
    });
  });

  test("takes a fresh factor to be made, changed, given another secret or deleted: a stolen cookie sends nothing elsewhere", async () => {
    const { endpoint } = await create();
    const ctx = fixture.context({
      ...adminOf("owner"),
      sessionId: "ses_1",
      confirmation: { isFresh: false, ways: [] },
    });
    const { id } = endpoint;
    for (const work of [
      () => create({}, ctx),
      () => updateWebhook(ctx, { id, url: "https://evil.example/" }),
      () => rotateWebhookSecret(ctx, { id }),
      () => deleteWebhook(ctx, { id }),
    ])
      await expect(work()).rejects.toMatchObject({ code: "confirmation_required" });
    expect(await getWebhook(fixture.context(), { id })).toEqual(endpoint);
  });

  test("goes to no address that is private, and to none without TLS", async () => {
    const { endpoint } = await create();
    for (const url of ["https://127.0.0.1/", "https://[::1]/", "http://hooks.acme.example/"]) {
      await expect(create({ url })).rejects.toEqual(refusal("validation_failed", "url"));
      await expect(updateWebhook(fixture.context(), { id: endpoint.id, url })).rejects.toEqual(
        refusal("validation_failed", "url"),
      );
    }
  });

  test("is not set up without a pepper, under which its secret is sealed", async () => {
    const ctx = { ...fixture.context(), keyMaterial: { prefix: "kw", pepper: undefined } };
    await expect(create({}, ctx)).rejects.toMatchObject({ code: "invalid_state" });
  });

  test("is one of twenty at most in an environment, however many are made at once", async () => {
    const many = Array.from({ length: MAX_WEBHOOK_ENDPOINTS + 3 }, () =>
      create({ environment: "development" }),
    );
    const outcomes = await Promise.allSettled(many);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(MAX_WEBHOOK_ENDPOINTS);
    await expect(create({ environment: "development" })).rejects.toMatchObject({ code: "conflict" });
  });
});
