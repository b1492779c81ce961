import { sqlOf } from "@test/server/services/support";
import { TO_THIS_MACHINE } from "@test/server/services/webhooks/support";
import { createFixture, type Fixture } from "@test/support/fixture";
import { type Mount, startMount } from "@test/support/mounts";
import { isSignedBy, startWebhookReceiver, type WebhookReceiver } from "@test/support/webhook-receiver";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWebhook } from "@/server/services/webhooks";

const COUNT = 20;
/** Of one endpoint, in all processes. */
const IN_FLIGHT = 2;

let fixture: Fixture;
let receiver: WebhookReceiver;
const mounts: Mount[] = [];

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  fixture = await createFixture(TO_THIS_MACHINE, new Date());
});
afterEach(async () => {
  await Promise.all(mounts.map((mount) => mount.stop()));
  await receiver?.close();
  await fixture?.close();
});

test("SIGKILL of the process that is sending loses no webhook, and doubles those alone that the receiver had without its knowing, with their ids", async () => {
  const { secret } = await createWebhook(fixture.context(), {
    environment: "staging",
    url: receiver.url,
    events: ["key.created"],
  });
  for (let index = 0; index < COUNT; index += 1) await fixture.key();
  let isSilent = true;
  receiver.answer = (response) => {
    if (!isSilent) response.writeHead(204).end();
  };
  const start = () => startMount("main.ts", fixture.databaseUrl, TO_THIS_MACHINE);
  const first = await start();
  mounts.push(first);
  await vi.waitFor(() => expect(receiver.received).toHaveLength(IN_FLIGHT), { timeout: 60_000 });
  await first.kill();
  isSilent = false;
  // What the dead process had in hand is another's once its time is over; the test does not wait for that.
  await sqlOf(fixture)`update webhook_deliveries set lease_until = now() where lease_until is not null`;
  mounts.push(await start());
  const waiting = () => sqlOf(fixture)`select from webhook_deliveries where next_attempt_at is not null`;
  await vi.waitFor(async () => expect(await waiting()).toHaveLength(0), { timeout: 60_000 });
  const ids = receiver.received.map(({ id }) => id);
  expect([new Set(ids).size, ids.length]).toEqual([COUNT, COUNT + IN_FLIGHT]);
  expect(receiver.received.every((webhook) => isSignedBy(secret, webhook))).toBe(true);
});
