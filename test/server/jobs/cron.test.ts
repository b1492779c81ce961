import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { withTransaction } from "@/server/database/session";
import { mayWork, workBatch } from "@/server/jobs/cron";
import { getJob } from "@/server/services/jobs";
import { queueMail } from "@/server/services/mails";
import { keyWithRow, start, workerOf } from "./support";

const fixture = suiteFixture();

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
    expect(await workBatch(workerOf(fixture))).toBeGreaterThan(0);
    expect(await getJob(fixture.context(key), { id })).toMatchObject({ status: "succeeded" });
    expect(await workBatch(workerOf(fixture))).toBe(0);
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
    expect(await workBatch(worker)).toBeGreaterThan(0);
    expect(await getJob(fixture.context(key), { id })).toMatchObject({ status: "succeeded" });
  });
});
