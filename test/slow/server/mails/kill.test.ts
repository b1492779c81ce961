import { sqlOf } from "@test/server/services/support";
import { createFixture, type Fixture } from "@test/support/fixture";
import { type MailServer, startMailServer } from "@test/support/mail-server";
import { type Mount, startMount } from "@test/support/mounts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withTransaction } from "@/server/database/session";
import { MAIL_WORKERS } from "@/server/jobs/queue";
import { queueMail } from "@/server/services/mails";

const COUNT = 30;

let fixture: Fixture;
let server: MailServer;
const mounts: Mount[] = [];

beforeEach(async () => {
  server = await startMailServer();
  fixture = await createFixture({ SMTP_URL: server.url, MAIL_FROM: "keys@acme.example" }, new Date());
});
afterEach(async () => {
  await Promise.all(mounts.map((mount) => mount.stop()));
  await server?.close();
  await fixture?.close();
});

test("SIGKILL of one of two processes that are sending loses no mail, and doubles those alone that the server had without their process knowing", async () => {
  await withTransaction(fixture.context({ kind: "system", name: "jobs" }), async (ctx) => {
    for (let index = 0; index < COUNT; index += 1) {
      const to = `person-${index}@acme.example`;
      await queueMail(ctx, {
        to,
        subject: "Test",
        headline: "Test",
        paragraphs: [],
        action: null,
        footer: "Test",
      });
    }
  });
  let reply = () => {};
  const replies = new Promise<void>((resolve) => {
    reply = resolve;
  });
  server.beforeReply = () => replies;
  const settings = { SMTP_URL: server.url, MAIL_FROM: "keys@acme.example" };
  const start = () => startMount("main.ts", fixture.databaseUrl, settings);
  mounts.push(...(await Promise.all([start(), start()])));
  // Each worker has one mail in hand, which the server has in full.
  await vi.waitFor(() => expect(server.mails).toHaveLength(2 * MAIL_WORKERS), { timeout: 60_000 });
  await mounts[0]?.kill();
  reply();
  const inHand = () =>
    sqlOf(fixture)<{ id: string }[]>`select id from mails where next_attempt_at is not null`;
  await vi.waitFor(async () => expect(await inHand()).toHaveLength(MAIL_WORKERS), { timeout: 60_000 });
  // What the dead process had in hand is another's once its time is over; the test does not wait for that.
  await sqlOf(fixture)`update mails set lease_until = now() where next_attempt_at is not null`;
  await vi.waitFor(async () => expect(await inHand()).toEqual([]), { timeout: 60_000 });
  const ids = server.mails.map(({ messageId }) => messageId);
  expect([new Set(ids).size, ids.length]).toEqual([COUNT, COUNT + MAIL_WORKERS]);
});
