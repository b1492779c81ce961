import { sqlOf } from "@test/server/services/support";
import { expectProblem } from "@test/support/calls";
import { startWebhookReceiver } from "@test/support/webhook-receiver";
import { describe, expect, test } from "vitest";
import { verifyWebhook } from "@/client";
import { revokeKey } from "@/server/services/keys";
import { getWebhook } from "@/server/services/webhooks";
import { LICENSES, type MadeEndpoint, webhookApiSuite } from "./webhooks-support";

const { suite, desk, send, setUp, deliver, somethingHappens } = webhookApiSuite();

describe("An endpoint that is set up by the API", () => {
  test("is told what happens, signed with the secret that it was given, as its deliveries show, and again when asked", async () => {
    const by = await desk();
    const { id, secret } = await setUp(by);
    const licenseId = await somethingHappens["license.revoked"]();
    await deliver();
    const [first] = suite.receiver.received;
    if (!first) throw new Error("Nothing arrived.");
    const now = suite.fixture.clock.now().getTime();
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
    expect(suite.receiver.received.map((one) => one.id)).toEqual([first.id, first.id]);
  });

  test("is tested, changed, disabled, enabled and deleted, each on record under the key's name", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    const tried = await send(by, "POST", `/${id}/test`);
    expect(tried.status).toBe(202);
    expect(tried.headers.get("location")).toBe(`/api/v1/staging/webhooks/${id}/deliveries/${tried.json.id}`);
    await deliver();
    expect(suite.receiver.received.map(({ type }) => type)).toEqual(["webhook.test"]);
    const changed = await send(by, "PATCH", `/${id}`, { description: "Desk" });
    expect(changed.json).toMatchObject({ id, description: "Desk", events: LICENSES });
    expect((await send(by, "POST", `/${id}/disable`)).json).toMatchObject({ disabledReason: "manual" });
    expectProblem(await send(by, "POST", `/${id}/test`), "invalid_state");
    expect((await send(by, "POST", `/${id}/enable`)).json).toMatchObject({ disabledAt: null });
    expect((await send(by, "DELETE", `/${id}`)).json).toEqual({ id, deleted: true });
    expectProblem(await send(by, "GET", `/${id}`), "not_found");
    const rows = await sqlOf(suite.fixture)`
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
    const body = { url: suite.receiver.url, events: LICENSES };
    const first = await send(by, "POST", "", body, once);
    const repeat = await send(by, "POST", "", body, once);
    expect(repeat.headers.get("idempotency-replayed")).toBe("true");
    expect(repeat.json).toEqual({ ...first.json, secret: null });
    const { id, secret } = first.json as unknown as MadeEndpoint;
    const rotated = await send(by, "POST", `/${id}/rotate-secret`, undefined, once);
    expectProblem(rotated, "idempotency_mismatch");
    const anew = await send(by, "POST", `/${id}/rotate-secret`, undefined, { "idempotency-key": "anew" });
    expect(anew.json.secret).toMatch(/^whsec_/);
    expect(anew.json.secret).not.toBe(secret);
    const again = await send(by, "POST", `/${id}/rotate-secret`, undefined, { "idempotency-key": "anew" });
    expect(again.json).toEqual({ ...anew.json, secret: null });
    for (const shown of [await send(by, "GET", ""), await send(by, "GET", `/${id}`)])
      expect(shown.text).not.toContain("whsec_");
    const kept = await sqlOf(suite.fixture)`select body from idempotency_records where body like '%whsec_%'`;
    expect([...kept]).toEqual([]);
    await somethingHappens["license.revoked"]();
    await deliver();
    const [told] = suite.receiver.received;
    const now = suite.fixture.clock.now().getTime();
    for (const one of [secret, String(anew.json.secret)])
      await verifyWebhook({ body: told?.body ?? "", headers: told?.headers ?? {}, secret: one, now });
  });

  test("names nobody, and stays when its key is revoked, for the console to see", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    expect((await send(by, "GET", `/${id}`)).json).not.toHaveProperty("createdBy");
    await revokeKey(suite.fixture.context(), { id: by.key.id });
    expectProblem(await send(by, "GET", `/${id}`), "key_revoked");
    await somethingHappens["license.revoked"]();
    await deliver();
    expect(suite.receiver.received).toHaveLength(1);
    expect(await getWebhook(suite.fixture.context(), { id })).toMatchObject({
      createdBy: 'key "Licence desk"',
    });
  });
});

describe("What comes in the way of a delivery is told without where it leads", () => {
  test("a redirect is not followed, and the answer of the receiver is not in the API's", async () => {
    const by = await desk();
    const { id } = await setUp(by);
    suite.receiver.answer = (response) =>
      response.writeHead(302, { location: "http://169.254.169.254/" }).end("inner secrets");
    const { id: message } = (await send(by, "POST", `/${id}/test`)).json;
    await deliver();
    const detail = await send(by, "GET", `/${id}/deliveries/${message}`);
    expect(detail.json).toMatchObject({
      state: "waiting",
      tried: [{ status: 302, error: "Answered 302: redirects are not followed" }],
    });
    expect(detail.text).not.toContain("inner secrets");
    expect(suite.receiver.received).toHaveLength(1);
  });

  test("whether a name is known, where it leads and why nothing answers there is one and the same reason", async () => {
    const by = await desk();
    const closed = await startWebhookReceiver();
    await closed.close();
    const names = ["https://localhost", "https://unknown.invalid"].map((name) => `${name}:${closed.port}/`);
    for (const url of [closed.url, ...names, suite.receiver.url.replace("http:", "https:")]) {
      const made = await send(by, "POST", "", { url, events: LICENSES });
      const { id } = made.json as unknown as MadeEndpoint;
      const { id: message } = (await send(by, "POST", `/${id}/test`)).json;
      await deliver();
      const detail = await send(by, "GET", `/${id}/deliveries/${message}`);
      const error = "Could not be connected to, or gave no answer";
      expect(detail.json, url).toMatchObject({ status: null, error, tried: [{ status: null, error }] });
      expect(detail.text).not.toMatch(/127\.0\.0\.1|::1|ENOTFOUND|refused/i);
    }
  });
});
