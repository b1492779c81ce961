import { startWebhookReceiver } from "@test/support/webhook-receiver";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createAdmin } from "@/server/services/admins";
import { listAuditEvents } from "@/server/services/audit";
import { listNotices } from "@/server/services/notices";
import {
  enableWebhook,
  getWebhook,
  listWebhookDeliveries,
  resendWebhook,
  updateWebhook,
} from "@/server/services/webhooks";
import { DAY, webhookSuite } from "./support";

const suite = webhookSuite();

describe("An endpoint", () => {
  test("that answers 410 is disabled at once, with a notice and an audit row; what waits has failed and can be resent", async () => {
    const admin = await createAdmin(suite.fixture.context(), {
      email: "ada@acme.example",
      password: "correct horse battery",
      role: "admin",
      name: "Ada",
      environmentRoles: null,
    });
    const revealed = await suite.endpoint();
    await suite.fixture.key();
    await suite.fixture.key();
    suite.refuse(410);
    await suite.send();
    expect(suite.told()).toHaveLength(1);
    const { id } = revealed.endpoint;
    expect(await getWebhook(suite.fixture.context(), { id })).toMatchObject({ disabledReason: "gone" });
    expect(await suite.states(revealed)).toEqual(["key.created failed", "key.created failed"]);
    const { data: notices } = await listNotices(suite.fixture.context({ kind: "admin", ...admin }), {});
    expect(notices).toEqual([expect.objectContaining({ kind: "webhook_disabled" })]);
    const { data: events } = await listAuditEvents(suite.fixture.context(), {
      subjectId: id,
      limit: 10,
    });
    expect(events[0]).toMatchObject({
      action: "webhook.disable",
      actor: "jobs",
      after: { reason: "gone" },
    });
    const { data: deliveries } = await listWebhookDeliveries(suite.fixture.context(), { endpointId: id });
    const which = { id: deliveries[0]?.id as never, endpointId: id };
    await expect(resendWebhook(suite.fixture.context(), which)).rejects.toMatchObject({
      code: "invalid_state",
    });
    await enableWebhook(suite.fixture.context(), { id });
    suite.accept();
    await resendWebhook(suite.fixture.context(), which);
    expect(await suite.send()).toBe(1);
  });

  test("that takes nothing for a week is disabled, and not by one slip after a quiet week", async () => {
    const { endpoint } = await suite.endpoint();
    const reason = async () =>
      (await getWebhook(suite.fixture.context(), { id: endpoint.id })).disabledReason;
    suite.refuse(500);
    await suite.fixture.key();
    await suite.send();
    suite.fixture.clock.advance(7 * DAY);
    await suite.fixture.key();
    // The second attempt at the first key's event, and the first at the other's.
    await suite.send();
    expect(await reason()).toBeNull();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      suite.fixture.clock.advance(700);
      await suite.send();
    }
    expect(await reason()).toBe("failing");
    expect(await suite.send()).toBe(0);
  });

  test("whose URL is changed during an attempt is not judged by what the old one answers", async () => {
    const second = await startWebhookReceiver();
    onTestFinished(() => second.close());
    const revealed = await suite.endpoint();
    const { id } = revealed.endpoint;
    for (const status of [410, 500, 204]) {
      await suite.fixture.key();
      let answers: (() => unknown) | undefined;
      suite.receiver.answer = (response) => {
        answers = () => response.writeHead(status).end();
      };
      const sending = suite.send();
      await vi.waitFor(() => expect(answers).toBeDefined());
      await updateWebhook(suite.fixture.context(), { id, url: second.url });
      answers?.();
      await sending;
      expect(await getWebhook(suite.fixture.context(), { id })).toMatchObject({
        disabledReason: null,
        failingSince: null,
      });
      await updateWebhook(suite.fixture.context(), { id, url: suite.receiver.url });
    }
    // What the old one has not taken goes to the new one at once, and what it has taken to nobody else.
    expect(suite.told()).toHaveLength(3);
    expect(second.received).toHaveLength(2);
    expect(await suite.states(revealed)).toEqual(Array(3).fill("key.created delivered"));
  });

  test("whose URL is changed has its week anew", async () => {
    const { endpoint } = await suite.endpoint();
    suite.refuse(500);
    await suite.fixture.key();
    await suite.send();
    const { url } = suite.receiver;
    const described = { id: endpoint.id, description: "Billing" };
    expect((await updateWebhook(suite.fixture.context(), described)).failingSince).not.toBeNull();
    const moved = { id: endpoint.id, url: `${url}/new` };
    expect((await updateWebhook(suite.fixture.context(), moved)).failingSince).toBeNull();
  });

  test("that takes one in between has a week again", async () => {
    const { endpoint } = await suite.endpoint();
    suite.refuse(500);
    await suite.fixture.key();
    await suite.send();
    suite.fixture.clock.advance(6 * DAY);
    suite.accept();
    expect(await suite.send()).toBe(1);
    expect(await getWebhook(suite.fixture.context(), { id: endpoint.id })).toMatchObject({
      failingSince: null,
    });
  });
});
