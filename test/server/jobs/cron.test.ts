import { TO_THIS_MACHINE } from "@test/server/services/webhooks/support";
import { suiteFixture } from "@test/support/suite";
import { startWebhookReceiver } from "@test/support/webhook-receiver";
import { describe, expect, onTestFinished, test } from "vitest";
import { withTransaction } from "@/server/database/session";
import { mayWork, workBatch } from "@/server/jobs/cron";
import { getJob } from "@/server/services/jobs";
import { queueMail } from "@/server/services/mails";
import { createWebhook } from "@/server/services/webhooks";
import { keyWithRow, start, workerOf } from "./support";

const fixture = suiteFixture(TO_THIS_MACHINE);
const NOTHING = { jobs: false, webhooks: false, mails: false };

describe("The scheduler's call", () => {
  test("needs the secret, and is closed where there is none", () => {
    expect(mayWork("0123456789abcdef", "Bearer 0123456789abcdef")).toBe(true);
    expect(mayWork("0123456789abcdef", "Bearer 0123456789abcdeF")).toBe(false);
    expect(mayWork("0123456789abcdef", null)).toBe(false);
    expect(mayWork(undefined, "Bearer undefined")).toBe(false);
  });

  test("works on what is due, oldest first, and on nothing once its time is over", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: {} } });
    expect((await workBatch(workerOf(fixture))).worked).toBeGreaterThan(0);
    expect(await getJob(fixture.context(key), { id })).toMatchObject({ status: "succeeded" });
    expect(await workBatch(workerOf(fixture))).toEqual({ worked: 0, left: NOTHING });
  });

  test("works on jobs and maintenance before mails, which a mail server that is broken cannot keep it from", async () => {
    const key = await keyWithRow(fixture);
    const { id } = await start(fixture, key, { type: "licenses.export", input: { filter: {} } });
    const broken = () => Promise.reject(new Error("Broken"));
    const from = { name: "", address: "keys@acme.example" };
    const worker = { ...workerOf(fixture), mailer: { place: "", from, send: broken, verify: broken } };
    await withTransaction(worker, (ctx) =>
      queueMail(ctx, {
        to: "ada@acme.example",
        subject: "Test",
        headline: "Test",
        paragraphs: [],
        action: null,
        footer: "",
      }),
    );
    expect((await workBatch(worker)).worked).toBeGreaterThan(0);
    expect(await getJob(fixture.context(key), { id })).toMatchObject({ status: "succeeded" });
  });

  test("is over in its time whatever receivers do, sends to those that answer, and says what is left", async () => {
    const [silent, quick] = [await startWebhookReceiver(), await startWebhookReceiver()];
    onTestFinished(async () => void (await Promise.all([silent.close(), quick.close()])));
    silent.answer = () => undefined;
    for (const { url } of [silent, quick]) {
      await createWebhook(fixture.context(), { environment: "staging", url, events: ["key.created"] });
    }
    for (let index = 0; index < 6; index += 1) await fixture.key();
    // Of its ten seconds an attempt at the silent one has used a third when the call is over.
    const { left } = await workBatch(workerOf(fixture), 3_000);
    // The other four can be sent once those two have had their time, and not by another call at once.
    expect(left).toEqual(NOTHING);
    expect(silent.received).toHaveLength(2);
    // How many, the machine decides.
    expect(quick.received.length).toBeGreaterThan(0);
    silent.answer = (response) => response.writeHead(204).end();
    fixture.clock.advance(60);
    expect((await workBatch(workerOf(fixture))).left).toEqual(NOTHING);
    for (const { received } of [silent, quick]) expect(new Set(received.map(({ id }) => id)).size).toBe(6);
  });

  test("that comes while another one works sends nothing twice", async () => {
    const receiver = await startWebhookReceiver();
    onTestFinished(() => receiver.close());
    await createWebhook(fixture.context(), {
      environment: "staging",
      url: receiver.url,
      events: ["key.created"],
    });
    for (let index = 0; index < 6; index += 1) await fixture.key();
    await Promise.all([workBatch(workerOf(fixture)), workBatch(workerOf(fixture))]);
    expect(receiver.received).toHaveLength(6);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(6);
  });
});
