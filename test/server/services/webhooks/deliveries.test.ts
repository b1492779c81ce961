import { sqlOf } from "@test/server/services/support";
import { isSignedBy } from "@test/support/webhook-receiver";
import { describe, expect, test, vi } from "vitest";
import type { ServiceContext } from "@/server/services/context";
import {
  deleteWebhook,
  getWebhookDelivery,
  purgeWebhooks,
  resendWebhook,
  sendDueWebhooks,
} from "@/server/services/webhooks";
import { DAY, LEASE_SECONDS, webhookSuite } from "./support";

const suite = webhookSuite();

describe("A delivery", () => {
  test("is signed, has the id of its event, and its time, and is kept with its answer", async () => {
    const { endpoint, secret } = await suite.endpoint();
    const { key } = await suite.fixture.key();
    expect(await suite.send()).toBe(1);
    const [webhook] = suite.receiver.received;
    if (!webhook) throw new Error("Nothing was received");
    expect(isSignedBy(secret, webhook)).toBe(true);
    expect(isSignedBy(`whsec_${Buffer.alloc(32).toString("base64")}`, webhook)).toBe(false);
    const now = suite.fixture.clock.now();
    expect(webhook.headers).toMatchObject({
      "webhook-id": expect.stringMatching(/^msg_[0-9a-z]{26}$/),
      "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
      "content-type": "application/json",
    });
    expect(webhook.json).toMatchObject({
      type: "key.created",
      timestamp: now.toISOString(),
      data: { id: key.id, key: key.maskedKey, environment: "staging" },
    });
    const delivery = await getWebhookDelivery(suite.fixture.context(), {
      id: webhook.id as never,
      endpointId: endpoint.id,
    });
    expect(delivery).toMatchObject({
      state: "delivered",
      attempts: 1,
      status: 204,
      body: webhook.body,
      tried: [{ number: 1, status: 204, error: null, answer: "" }],
    });
  });

  test("that fails is tried again for a day, later each time, with the same id, and is then given up", async () => {
    const revealed = await suite.endpoint();
    await suite.fixture.key();
    suite.refuse(500);
    const start = suite.fixture.clock.now().getTime();
    const seconds: number[] = [];
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const before = suite.receiver.received.length;
      await suite.send();
      if (suite.receiver.received.length > before)
        seconds.push((suite.fixture.clock.now().getTime() - start) / 1_000);
      const [row] = await sqlOf(suite.fixture)<{ at: string | null }[]>`
        select next_attempt_at as at from webhook_deliveries`;
      if (!row?.at) break;
      // Not a moment sooner.
      const wait = (Date.parse(row.at) - suite.fixture.clock.now().getTime()) / 1_000;
      suite.fixture.clock.advance(wait - 0.001);
      await suite.send();
      suite.fixture.clock.advance(0.001);
    }
    expect(seconds).toHaveLength(15);
    const pauses = seconds.slice(1).map((at, index) => at - (seconds[index] ?? 0));
    const wanted = [5, 30, 120, 600, 1_800, 3_600, 7_200, ...Array.from({ length: 7 }, () => 10_800)];
    pauses.forEach((pause, index) => {
      expect(pause / (wanted[index] ?? 0)).toBeGreaterThanOrEqual(0.9);
      expect(pause / (wanted[index] ?? 0)).toBeLessThanOrEqual(1.1);
    });
    expect(seconds.at(-1)).toBeGreaterThan(0.9 * DAY);
    expect(new Set(suite.receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(await suite.states(revealed)).toEqual(["key.created failed"]);
  });

  test("whose worker died after the receiver had it comes again with the same id, once the worker's time is over", async () => {
    await suite.endpoint();
    await suite.fixture.key();
    const { webhookSender } = suite.worker;
    const dead: ServiceContext = {
      ...suite.worker,
      webhookSender: {
        refusalOf: (url) => webhookSender.refusalOf(url),
        async post(webhook) {
          await webhookSender.post(webhook);
          return new Promise<never>(() => undefined);
        },
      },
    };
    void sendDueWebhooks(dead, new AbortController().signal);
    await vi.waitFor(() => expect(suite.receiver.received).toHaveLength(1));
    suite.fixture.clock.advance(LEASE_SECONDS - 1);
    expect(await suite.send()).toBe(0);
    suite.fixture.clock.advance(1);
    expect(await suite.send()).toBe(1);
    const [first, second] = suite.receiver.received;
    expect(second?.id).toBe(first?.id);
    expect(second?.body).toBe(first?.body);
  });

  test("is sent once by workers that look at the same moment", async () => {
    await suite.endpoint();
    for (let index = 0; index < 4; index += 1) await suite.fixture.key();
    await Promise.all([suite.send(), suite.send(), suite.send()]);
    expect(new Set(suite.receiver.received.map(({ id }) => id)).size).toBe(4);
    expect(suite.receiver.received).toHaveLength(4);
  });

  test("can be sent again, at once and with the same id, and neither waits for others nor holds them up", async () => {
    const { endpoint } = await suite.endpoint();
    const { key } = await suite.fixture.key();
    await suite.send();
    const [{ id = "" } = {}] = suite.receiver.received;
    suite.told();
    suite.refuse(500);
    await suite.rename(key.id, "Second");
    await suite.send();
    suite.told();
    const resent = await resendWebhook(suite.fixture.context(), { id: id as never, endpointId: endpoint.id });
    expect(resent).toMatchObject({ state: "waiting", attempts: 1, tried: [{ number: 1 }] });
    await suite.send();
    expect(suite.receiver.received.map((one) => one.id)).toEqual([id]);
    suite.told();
    suite.accept();
    suite.fixture.clock.advance(6);
    await suite.send();
    expect(suite.told().sort()).toEqual(["key.created", "key.updated"]);
    await suite.rename(key.id, "Third");
    expect(await suite.send()).toBe(1);
  });

  test("that is sent again while an attempt is under way goes on being tried when that fails", async () => {
    const revealed = await suite.endpoint();
    const which = { endpointId: revealed.endpoint.id };
    await suite.fixture.key();
    let answers: (() => unknown) | undefined;
    suite.receiver.answer = (response) => {
      answers = () => response.writeHead(500).end();
    };
    const sending = suite.send();
    await vi.waitFor(() => expect(answers).toBeDefined());
    const [{ id = "" } = {}] = suite.receiver.received;
    await resendWebhook(suite.fixture.context(), { id: id as never, ...which });
    answers?.();
    await sending;
    expect(await suite.states(revealed)).toEqual(["key.created waiting"]);
    suite.accept();
    suite.fixture.clock.advance(6);
    expect(await suite.send()).toBe(1);
    expect(suite.told()).toEqual(["key.created", "key.created"]);
  });

  test("is kept for thirty days", async () => {
    await suite.endpoint();
    await suite.fixture.key();
    await suite.send();
    suite.fixture.clock.advance(30 * DAY);
    expect(await purgeWebhooks(suite.worker)).toBe(0);
    suite.fixture.clock.advance(1);
    expect(await purgeWebhooks(suite.worker)).toBe(1);
    const sql = sqlOf(suite.fixture);
    expect(await sql`select from webhook_deliveries`).toHaveLength(0);
    expect(await sql`select from webhook_attempts`).toHaveLength(0);
  });

  test("is not removed while it waits, unless nobody is left that it could be sent to", async () => {
    const { endpoint } = await suite.endpoint();
    const second = await suite.endpoint();
    await suite.fixture.key();
    suite.fixture.clock.advance(31 * DAY);
    expect(await purgeWebhooks(suite.worker)).toBe(0);
    await deleteWebhook(suite.fixture.context(), { id: second.endpoint.id });
    expect(await suite.send()).toBe(1);
    expect(await purgeWebhooks(suite.worker)).toBe(1);
    await suite.fixture.key();
    await deleteWebhook(suite.fixture.context(), { id: endpoint.id });
    suite.fixture.clock.advance(31 * DAY);
    expect(await purgeWebhooks(suite.worker)).toBe(1);
  });
});
