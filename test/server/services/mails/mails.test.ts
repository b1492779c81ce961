// @module-tag long
import { EventEmitter, once } from "node:events";
import { sqlOf } from "@test/server/services/support";
import { adminOf, createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { type MailServer, startMailServer } from "@test/support/mail-server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EnvironmentRoles } from "@/contracts/roles";
import { withTransaction } from "@/server/database/session";
import { createAdmin, deactivateAdmin } from "@/server/services/admins";
import type { ServiceContext } from "@/server/services/context";
import {
  type NewMail,
  purgeMails,
  queueMail,
  readMailState,
  sendDueMails,
  sendTestMail,
} from "@/server/services/mails";

const HOUR = 3_600;
/** Of the server's settings; a lease runs out after twelve minutes. */
const LEASE_SECONDS = 720;

let server: MailServer;
let fixture: Fixture;
let worker: ServiceContext;

beforeEach(async () => {
  server = await startMailServer();
  const settings = { MAIL_FROM: "Keyward <keys@acme.example>", NEXTAUTH_URL: "https://keys.acme.example" };
  fixture = await createFixture({ SMTP_URL: server.url, ...settings });
  worker = fixture.context({ kind: "system", name: "jobs" });
});
afterEach(async () => {
  await server.close();
  await fixture.close();
});

const MAIL: NewMail = {
  to: "ada@acme.example",
  subject: "A key expires",
  headline: "Deploy expires in 7 days",
  paragraphs: ["Calls with it are refused from then on."],
  action: { label: "Open the key", path: "/api-keys/key_1#token" },
  footer: "You get this because you own the key.",
};

const queue = (mail: Partial<NewMail> = {}, ctx = worker) =>
  withTransaction(ctx, (ctx) => queueMail(ctx, { ...MAIL, ...mail }));
const send = (ctx = worker) => sendDueMails(ctx, new AbortController().signal);
const rows = () =>
  sqlOf(fixture)<
    { content: unknown; next_attempt_at: string | null; failed_at: string | null; attempts: number }[]
  >`
    select content, next_attempt_at, failed_at, attempts from mails order by id`;

/** A worker whose process has ended: whatever it was doing, it notes nothing any more. */
function deadWorker(): ServiceContext {
  const { mailer } = worker;
  if (!mailer) throw new Error("The fixture has a mail server");
  const send: typeof mailer.send = async (mail) => {
    await mailer.send(mail);
    return new Promise<never>(() => undefined);
  };
  return {
    ...worker,
    mailer: { place: mailer.place, from: mailer.from, send, verify: () => mailer.verify() },
  };
}

describe("A mail", () => {
  test("is sent once its change has committed, with links to the public URL, and what it said is kept nowhere", async () => {
    const change = withTransaction(worker, async (ctx) => {
      await queueMail(ctx, { ...MAIL, to: "never@acme.example" });
      throw new Error("The change did not come about");
    });
    await expect(change).rejects.toThrow("The change did not come about");
    expect(await queue()).toBe(true);
    expect(await send()).toBe(1);
    const [mail] = server.mails;
    expect(server.mails).toHaveLength(1);
    expect(mail).toMatchObject({
      recipient: "ada@acme.example",
      from: { name: "Keyward", address: "keys@acme.example" },
      subject: "A key expires",
      messageId: expect.stringMatching(/^<mai_[0-9a-z]{26}@acme\.example>$/),
    });
    const url = "https://keys.acme.example/api-keys/key_1#token";
    expect(mail?.text).toContain(`Open the key:\n${url}`);
    expect(mail?.html).toContain(`href="${url}"`);
    expect(mail?.raw).toContain("Auto-Submitted: auto-generated");
    expect(await rows()).toEqual([
      expect.objectContaining({ content: null, next_attempt_at: null, attempts: 1 }),
    ]);
  });

  test("with the same occasion is sent once", async () => {
    await Promise.all([
      queue({ onceKey: "expiry" }),
      queue({ onceKey: "expiry" }),
      queue({ onceKey: "other" }),
    ]);
    expect(await send()).toBe(2);
    await queue({ onceKey: "expiry" });
    expect(await send()).toBe(0);
  });

  test("is sent once by workers that look at the same moment", async () => {
    for (const to of ["a", "b", "c", "d"]) await queue({ to: `${to}@acme.example` });
    await Promise.all([send(), send(), send()]);
    expect(server.mails.map(({ recipient }) => recipient).sort()).toEqual(
      ["a", "b", "c", "d"].map((name) => `${name}@acme.example`),
    );
  });

  test("whose worker died after the server had it comes again, as the same mail, once the worker's time is over", async () => {
    await queue();
    void sendDueMails(deadWorker(), new AbortController().signal);
    await vi.waitFor(() => expect(server.mails).toHaveLength(1));
    fixture.clock.advance(LEASE_SECONDS - 1);
    expect(await send()).toBe(0);
    fixture.clock.advance(1);
    expect(await send()).toBe(1);
    const [first, second] = server.mails;
    expect(server.mails).toHaveLength(2);
    expect([second?.messageId, second?.date]).toEqual([first?.messageId, first?.date]);
  });

  test("that the server refuses for its recipient fails alone, and is shown to those who manage the settings", async () => {
    server.refuse = (recipient) => (recipient.startsWith("gone") ? "550 5.1.1 No such user" : null);
    await queue({ to: "gone@acme.example" });
    await queue();
    expect(await send()).toBe(1);
    expect(server.mails.map(({ recipient }) => recipient)).toEqual(["ada@acme.example"]);
    const state = await readMailState(fixture.context(adminOf("owner")));
    expect(state).toMatchObject({ waiting: 0, waitingError: null, server: { from: "keys@acme.example" } });
    expect(state.failed).toEqual([
      expect.objectContaining({
        to: "gone@acme.example",
        error: expect.stringContaining("5.1.1 No such user"),
      }),
    ]);
    expect((await rows()).map(({ content }) => content)).toEqual([null, null]);
    await expect(readMailState(fixture.context(adminOf("admin")))).rejects.toMatchObject({
      code: "permission_denied",
    });
  });

  test("that is put off by the server does not hold up others, and comes later", async () => {
    let isGreylisted = true;
    server.refuse = (recipient) =>
      isGreylisted && recipient.startsWith("slow") ? "451 4.7.1 Try again" : null;
    await queue({ to: "slow@acme.example" });
    await queue();
    expect(await send()).toBe(1);
    isGreylisted = false;
    expect(await send()).toBe(0);
    fixture.clock.advance(60);
    expect(await send()).toBe(1);
  });

  test("outlives a mail server that is away for a day, and is given up after a day and a half", async () => {
    await server.close();
    await queue();
    for (let hour = 0; hour < 24; hour += 1) {
      expect(await send()).toBe(0);
      fixture.clock.advance(HOUR);
    }
    expect(await readMailState(worker)).toMatchObject({
      waiting: 1,
      waitingError: expect.any(String),
      failed: [],
    });
    const { mails } = server;
    server = await startMailServer({}, Number(new URL(server.url).port));
    fixture.clock.advance(HOUR);
    expect(await send()).toBe(1);
    expect([mails.length, server.mails.length]).toEqual([0, 1]);

    await server.close();
    await queue();
    for (let hour = 0; hour < 37; hour += 1) {
      await send();
      fixture.clock.advance(HOUR);
    }
    expect((await readMailState(worker)).failed).toHaveLength(1);
  });

  test("that the server refuses by policy, or for what it says, is tried again until it is too old", async () => {
    server.refuse = (recipient) => (recipient.startsWith("ada") ? "550 5.7.1 Not from you" : null);
    await queue();
    await queue({ to: "bob@acme.example" });
    expect(await send()).toBe(1);
    expect(await readMailState(worker)).toMatchObject({ waiting: 1, failed: [] });
    server.refuse = () => null;
    fixture.clock.advance(60);
    expect(await send()).toBe(1);
    server.refuse = () => "552 5.2.2 Mailbox full";
    await queue();
    for (let hour = 0; hour <= 36; hour += 4) {
      expect((await readMailState(worker)).failed).toEqual([]);
      await send();
      fixture.clock.advance(4 * HOUR);
    }
    expect((await readMailState(worker)).failed).toHaveLength(1);
  });

  test("is not sent late: what waited too long without an attempt is given up, and what it said is gone", async () => {
    await queue();
    fixture.clock.advance(36 * HOUR);
    expect(await send()).toBe(0);
    expect([server.mails, await rows()]).toMatchObject([[], [{ content: null, next_attempt_at: null }]]);
    // Also where no mail server is set up any more, so that nobody would come to it.
    await queue();
    expect(await purgeMails(worker)).toBe(0);
    fixture.clock.advance(36 * HOUR);
    expect(await purgeMails(worker)).toBe(1);
    const [, second] = await rows();
    expect(second).toMatchObject({ content: null, next_attempt_at: null, failed_at: expect.any(String) });
  });

  test("is not sent to a person who was deactivated or has lost the role there since it was put in line", async () => {
    const person = async (role: "admin" | "viewer", environmentRoles: EnvironmentRoles | null = null) =>
      createAdmin(fixture.context(), {
        email: newEmail(),
        password: "correct horse battery",
        role,
        name: "",
        environmentRoles,
      });
    const [stays, leaves] = [await person("admin"), await person("admin")];
    const elsewhere = await person("viewer", { staging: "viewer" });
    for (const { id, email } of [stays, leaves, elsewhere])
      await queue({ to: email, person: id, environment: "production" });
    await queue({ to: elsewhere.email, person: elsewhere.id, environment: "staging" });
    await deactivateAdmin(fixture.context(), { id: leaves.id });
    expect(await send()).toBe(2);
    expect(server.mails.map(({ recipient }) => recipient)).toEqual([stays.email, elsewhere.email]);
    const { failed } = await readMailState(worker);
    expect(failed.map(({ error }) => error).sort()).toEqual([
      "Whoever it was for has no role in production any more.",
      "Whoever it was for is not in the team any more.",
    ]);
  });

  test("at which the server is silent holds up no other, and its worker stops when it is told to", async () => {
    const silence = new EventEmitter();
    server.beforeReply = async () => void (await once(silence, "end"));
    await queue();
    const stop = new AbortController();
    const stuck = sendDueMails(worker, stop.signal, 10);
    await vi.waitFor(() => expect(server.mails).toHaveLength(1));
    server.beforeReply = () => Promise.resolve();
    await queue({ to: "bob@acme.example" });
    expect(await send()).toBe(1);
    stop.abort();
    expect(await stuck).toBe(0);
    // It may have been taken: it comes again once its worker's time is over, as the same mail.
    expect(await send()).toBe(0);
    fixture.clock.advance(LEASE_SECONDS);
    expect(await send()).toBe(1);
    silence.emit("end");
  });

  test("is not sent any more once what it opens is over", async () => {
    await queue({ usefulUntil: new Date(fixture.clock.now().getTime() + HOUR * 1_000) });
    fixture.clock.advance(HOUR);
    expect(await send()).toBe(0);
    expect(server.mails).toEqual([]);
    expect((await readMailState(worker)).failed).toHaveLength(1);
  });

  test("of names with line ends and HTML has no header and no tag of theirs", async () => {
    const hostile = 'Deploy\r\nBcc: eve@evil.example\r\n\r\n<img src=x onerror="alert(1)"> & \u2028more';
    await queue({ subject: hostile, headline: hostile, paragraphs: [hostile], footer: hostile });
    expect(await send()).toBe(1);
    const [mail] = server.mails;
    expect(server.mails).toHaveLength(1);
    expect(mail?.bcc ?? []).toEqual([]);
    expect(mail?.headers.map(({ key }) => key)).not.toContain("bcc");
    expect(mail?.subject).toBe('Deploy Bcc: eve@evil.example <img src=x onerror="alert(1)"> & more');
    expect(mail?.html).not.toContain("<img");
    expect(mail?.html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; more");
  });

  test("leaves its row behind for three months", async () => {
    await queue();
    await send();
    fixture.clock.advance(90 * 24 * HOUR);
    expect(await purgeMails(worker)).toBe(0);
    fixture.clock.advance(1);
    expect(await purgeMails(worker)).toBe(1);
  });
});

describe("A test mail", () => {
  test("tells what the server says, and is an owner's to send", async () => {
    const to = "ada@acme.example";
    const { place } = worker.mailer ?? {};
    expect(await sendTestMail(worker, { to })).toEqual({
      isTaken: true,
      says: `${place} took the mail: 250 taken`,
    });
    server.refuse = () => "554 5.7.1 Relay access denied";
    expect(await sendTestMail(worker, { to })).toEqual({
      isTaken: false,
      says: expect.stringMatching(/did not take the mail: .*Relay access denied/),
    });
    const admin = fixture.context(adminOf("admin"));
    await expect(sendTestMail(admin, { to: "ada@acme.example" })).rejects.toMatchObject({
      code: "permission_denied",
    });
  });

  test("says that no mail is set up", async () => {
    const without = { ...worker, mailer: null };
    expect(await sendTestMail(without, { to: "ada@acme.example" })).toEqual({
      isTaken: false,
      says: "No mail is set up: set SMTP_URL and MAIL_FROM.",
    });
    expect(await queue({}, without)).toBe(false);
    expect(await rows()).toEqual([]);
  });
});
