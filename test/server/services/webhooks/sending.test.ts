import { sqlOf } from "@test/server/services/support";
import { adminOf } from "@test/support/fixture";
import { isSignedBy, startWebhookReceiver } from "@test/support/webhook-receiver";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { withTransaction } from "@/server/database/session";
import {
  hasDueWebhooks,
  publishWebhooks,
  sendDueWebhooks,
  sendTestWebhook,
} from "@/server/services/webhooks";
import { leaseDelivery } from "@/server/services/webhooks/internal/lease";
import { LEASE_SECONDS, webhookSuite } from "./support";

const suite = webhookSuite();

describe("An endpoint", () => {
  test("that is slow holds up no other", async () => {
    const slow = await startWebhookReceiver();
    onTestFinished(() => slow.close());
    slow.answer = () => undefined;
    await suite.endpoint({ url: slow.url });
    await suite.endpoint();
    for (let index = 0; index < 6; index += 1) await suite.fixture.key();
    const stop = new AbortController();
    // As many as a process has.
    const workers = [1, 2, 3].map(() => sendDueWebhooks(suite.worker, stop.signal, 0));
    await vi.waitFor(() => expect(suite.receiver.received).toHaveLength(6), { timeout: 10_000 });
    expect(slow.received).toHaveLength(2);
    stop.abort();
    await Promise.all(workers);
  });

  test("is sent what an open transaction tells, by whoever sends within it", async () => {
    const revealed = await suite.endpoint();
    await withTransaction(suite.worker, async (ctx) => {
      const event = { type: "key.updated", environment: "staging", subjectId: "key_1", data: {} } as const;
      await publishWebhooks(ctx, [event, event]);
      expect(await hasDueWebhooks(ctx)).toBe(true);
      expect(await sendDueWebhooks(ctx, new AbortController().signal)).toBe(2);
    });
    expect(await suite.states(revealed)).toEqual(["key.updated delivered", "key.updated delivered"]);
  });

  test("that somebody else has locked keeps no worker from the others", async () => {
    const { endpoint } = await suite.endpoint({ url: `${suite.receiver.url}/locked` });
    await suite.endpoint();
    await suite.fixture.key();
    const paths = () => suite.receiver.received.map(({ path }) => path.includes("locked"));
    let sending: Promise<number> | undefined;
    await sqlOf(suite.fixture).begin(async (tx) => {
      await tx`select from webhook_endpoints where id = ${endpoint.id} for no key update`;
      sending = suite.send();
      await vi.waitFor(() => expect(paths()).toEqual([false]), { timeout: 5_000 });
    });
    expect(await sending).toBe(2);
    expect(paths()).toEqual([false, true]);
  });

  test("has nothing left to be sent now while all that is due is being sent", async () => {
    await suite.endpoint();
    await suite.fixture.key();
    expect(await hasDueWebhooks(suite.worker)).toBe(true);
    await leaseDelivery(suite.worker);
    expect(await hasDueWebhooks(suite.worker)).toBe(false);
    suite.fixture.clock.advance(LEASE_SECONDS + 1);
    expect(await hasDueWebhooks(suite.worker)).toBe(true);
  });

  test("that does not answer leaves a worker to those that do, however many such there are", async () => {
    const silent = await startWebhookReceiver();
    onTestFinished(() => silent.close());
    silent.answer = () => undefined;
    for (let index = 0; index < 4; index += 1) await suite.endpoint({ url: silent.url });
    // As after a first attempt that nobody has answered.
    await sqlOf(
      suite.fixture,
    )`update webhook_endpoints set failing_since = ${suite.fixture.clock.now().toISOString()}`;
    await suite.endpoint();
    for (let index = 0; index < 6; index += 1) await suite.fixture.key();
    const stop = new AbortController();
    const workers = [1, 2, 3].map(() => sendDueWebhooks(suite.worker, stop.signal, 0));
    await vi.waitFor(() => expect(suite.receiver.received).toHaveLength(6), { timeout: 10_000 });
    expect(silent.received).toHaveLength(2);
    stop.abort();
    await Promise.all(workers);
  });

  test("can be sent a test event, which waits for none of the others", async () => {
    const { endpoint, secret } = await suite.endpoint({ events: ["job.failed"] });
    const { id } = await sendTestWebhook(suite.fixture.context(adminOf("admin")), { id: endpoint.id });
    expect(await suite.send()).toBe(1);
    const [webhook] = suite.receiver.received;
    expect(webhook).toMatchObject({ id, type: "webhook.test" });
    expect(webhook && isSignedBy(secret, webhook)).toBe(true);
  });
});

test("A delivery costs ten statements, four to take it and six to note its end", async () => {
  await suite.endpoint();
  await suite.endpoint();
  for (let index = 0; index < 10; index += 1) await suite.fixture.key();
  const statements: string[] = [];
  const { options } = sqlOf(suite.fixture);
  options.debug = (_, statement) => void statements.push(statement);
  onTestFinished(() => {
    options.debug = false;
  });
  expect(await suite.send()).toBe(20);
  // Two looks, and a turn that finds nothing.
  expect(statements.length).toBeLessThanOrEqual(20 * 10 + 6);
});
