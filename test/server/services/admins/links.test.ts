import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import type { AdminPrincipal } from "@/server/core/principal";
import { withTransaction } from "@/server/database/session";
import {
  acceptInvitation,
  changePassword,
  confirmEmailChange,
  createAdmin,
  deactivateAdmin,
  inviteAdmin,
  listAdmins,
  renewInvitation,
  requestEmailChange,
  requestPasswordReset,
  resetOwnPassword,
  signIn,
} from "@/server/services/admins";
import { listAuditEvents } from "@/server/services/audit";
import { listSessions, startSession } from "@/server/services/sessions";
import { sqlOf } from "../support";

const PASSWORD = "correct horse battery";
const NEXT = "another horse battery";
const DEAD = { code: "not_found", detail: expect.stringMatching(/^This link does not work/) };

// Where mail is set up, although its server is away: what is mailed waits, and can be read.
const fixture = suiteFixture({ SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "keys@acme.example" });
let number = 0;

async function person(role: "owner" | "viewer" = "viewer"): Promise<AdminView> {
  number += 1;
  return createAdmin(fixture.context(), { email: `p${number}@acme.example`, password: PASSWORD, role });
}

const principalOf = (admin: AdminView): AdminPrincipal => ({ kind: "admin", ...admin });

/** A stranger, from an address of their own. */
const visitor = (ip = `198.51.100.${(number % 200) + 1}`) => ({
  ...fixture.context({ kind: "system", name: "set-up" }),
  ip,
});

/** What waits to be mailed to somebody, oldest first: its subject, and the path to which its button leads. */
async function mailed(to: string): Promise<{ subject: string; path: string | undefined }[]> {
  const rows = await sqlOf(fixture)`select subject, content from mails where recipient = ${to} order by id`;
  return rows.map(({ subject, content }) => {
    expect(content.action?.url ?? "http://localhost:3000/").toMatch(/^http:\/\/localhost:3000\//);
    return { subject, path: content.action?.url.replace("http://localhost:3000", "") };
  });
}

const tokenOf = (path = "") => path.split("#")[1] ?? "";

/** The token that a request for a new password was mailed with. */
async function resetTokenOf({ email }: AdminView): Promise<string> {
  const before = (await mailed(email)).length;
  await requestPasswordReset(visitor(), { email: email.toUpperCase() });
  await fixture.runtime.background.settled();
  expect((await mailed(email)).length).toBe(before + 1);
  const { subject, path } = (await mailed(email)).at(-1) ?? {};
  expect(subject).toBe("Set a new password");
  expect(path).toMatch(/^\/reset-password#[\w-]{43}$/);
  return tokenOf(path);
}

const signedIn = async ({ email }: AdminView, password: string) =>
  (await signIn({ ...fixture.context(), ip: `203.0.113.${(number % 200) + 1}` }, { email, password })) !==
  null;

async function actionsOn(name: string): Promise<string[]> {
  const { data } = await listAuditEvents(fixture.context(), { limit: 100 });
  return data
    .filter(({ subjectName }) => subjectName === name)
    .map(({ action, actor }) => `${actor} ${action}`);
}

describe("An invitation, where mail is set up,", () => {
  test("is mailed with its link, and so is each new link", async () => {
    const email = "invited@acme.example";
    const { invitation, token, isMailed } = await inviteAdmin(fixture.context(), { email, role: "viewer" });
    expect(isMailed).toBe(true);
    const renewed = await renewInvitation(fixture.context(), { id: invitation.id });
    expect(await mailed(email)).toEqual([
      { subject: "You are invited to Keyward", path: `/invite#${token}` },
      { subject: "You are invited to Keyward", path: `/invite#${renewed.token}` },
    ]);
    await acceptInvitation(visitor(), { token: renewed.token, name: "Ida", password: PASSWORD });
  });
});

describe("A link for a new password", () => {
  test("sets it once, ends every session, starts none, and is on record", async () => {
    const admin = await person();
    await withTransaction(fixture.context(), (ctx) => startSession(ctx, admin.id));
    const token = await resetTokenOf(admin);
    await resetOwnPassword(visitor(), { token, password: NEXT });
    expect(await listSessions(fixture.context(principalOf(admin)))).toEqual([]);
    expect([await signedIn(admin, PASSWORD), await signedIn(admin, NEXT)]).toEqual([false, true]);
    await expect(resetOwnPassword(visitor(), { token, password: PASSWORD })).rejects.toMatchObject(DEAD);
    expect(await actionsOn(admin.email)).toEqual(
      expect.arrayContaining([
        `${admin.email} admin.reset_own_password`,
        "sign-in admin.request_password_reset",
      ]),
    );
  });

  test("is kept as a digest alone", async () => {
    const token = await resetTokenOf(await person());
    const rows = await sqlOf(fixture)`select * from admin_links`;
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(fixture.log()).not.toContain(token);
  });

  test("used twice at the same moment sets one password", async () => {
    const token = await resetTokenOf(await person());
    const both = await Promise.allSettled(
      [NEXT, PASSWORD].map((password) => resetOwnPassword(visitor(), { token, password })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("opens nothing when it was replaced, has expired, or is made up; nor for somebody deactivated", async () => {
    const admin = await person();
    const former = await resetTokenOf(admin);
    const newest = await resetTokenOf(admin);
    const other = await person();
    const shutOut = await resetTokenOf(other);
    await deactivateAdmin(fixture.context(), { id: other.id });
    for (const token of [former, shutOut, "x".repeat(43)])
      await expect(resetOwnPassword(visitor(), { token, password: NEXT })).rejects.toMatchObject(DEAD);
    fixture.clock.advance(30 * 60);
    await expect(resetOwnPassword(visitor(), { token: newest, password: NEXT })).rejects.toMatchObject(DEAD);
    expect(await signedIn(admin, PASSWORD)).toBe(true);
  });

  test("stops working when the password changes, and stands a refused one", async () => {
    const admin = await person();
    const token = await resetTokenOf(admin);
    await expect(resetOwnPassword(visitor(), { token, password: "passwordpassword" })).rejects.toMatchObject({
      code: "validation_failed",
    });
    await changePassword(fixture.context(principalOf(admin)), { present: PASSWORD, next: NEXT });
    await expect(resetOwnPassword(visitor(), { token, password: PASSWORD })).rejects.toMatchObject(DEAD);
  });

  test("is mailed three times an hour at most, and not to strangers; whoever asks sees no difference", async () => {
    const admin = await person();
    fixture.clock.advance(3_600);
    for (let n = 0; n < 5; n++)
      expect(await requestPasswordReset(visitor("192.0.2.1"), { email: admin.email })).toBeUndefined();
    expect(
      await requestPasswordReset(visitor("192.0.2.1"), { email: "nobody@acme.example" }),
    ).toBeUndefined();
    expect(await requestPasswordReset(visitor("192.0.2.1"), { email: "no address" })).toBeUndefined();
    await fixture.runtime.background.settled();
    expect((await mailed(admin.email)).length).toBe(3);
    expect(await mailed("nobody@acme.example")).toEqual([]);
    for (let n = 0; n < 13; n++)
      await requestPasswordReset(visitor("192.0.2.1"), { email: "nobody@acme.example" });
    await expect(requestPasswordReset(visitor("192.0.2.1"), { email: "x" })).rejects.toMatchObject({
      code: "rate_limited",
    });
    expect((await mailed(admin.email)).length).toBe(3);
  });
});

describe("A change of one's e-mail address", () => {
  async function asked(admin: AdminView, email: string): Promise<string> {
    await requestEmailChange(fixture.context(principalOf(admin)), { email, password: PASSWORD });
    const { subject, path } = (await mailed(email)).at(-1) ?? {};
    expect(subject).toBe("Confirm your e-mail address");
    expect(path).toMatch(/^\/confirm-email#[\w-]{43}$/);
    return tokenOf(path);
  }

  test("counts when the link to the new one is opened, ends other sessions, and is told to the old one", async () => {
    const admin = await person();
    const own = await withTransaction(fixture.context(), (ctx) => startSession(ctx, admin.id));
    await withTransaction(fixture.context(), (ctx) => startSession(ctx, admin.id));
    const email = `new-${admin.email}`;
    const token = await asked(admin, email);
    expect((await listAdmins(fixture.context())).map((one) => one.email)).toContain(admin.email);
    expect(await confirmEmailChange(visitor(), { token }, own.id)).toEqual({ email });
    const left = await listSessions(fixture.context({ ...principalOf(admin), sessionId: own.id }));
    expect(left.map(({ id }) => id)).toEqual([own.id]);
    expect(await signedIn({ ...admin, email }, PASSWORD)).toBe(true);
    expect((await mailed(admin.email)).map(({ subject }) => subject)).toEqual([
      "Your e-mail address is about to change",
      "Your e-mail address has changed",
    ]);
    await expect(confirmEmailChange(visitor(), { token }, undefined)).rejects.toMatchObject(DEAD);
    expect(await actionsOn(email)).toContain(`${email} admin.change_email`);
  });

  test("asks for the password, and for another address than the present, whatever its case", async () => {
    const admin = await person();
    const ctx = fixture.context(principalOf(admin));
    for (const [input, path] of [
      [{ email: "x@acme.example", password: NEXT }, "password"],
      [{ email: admin.email.toUpperCase(), password: PASSWORD }, "email"],
    ] as const)
      await expect(requestEmailChange(ctx, input)).rejects.toMatchObject({
        code: "validation_failed",
        extensions: { errors: [expect.objectContaining({ path })] },
      });
  });

  test("to an address that somebody has, in other letters too, is refused when it is confirmed", async () => {
    const [admin, other] = [await person(), await person()];
    const token = await asked(admin, other.email.toUpperCase());
    await expect(confirmEmailChange(visitor(), { token }, undefined)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("that a thief began ends with the password, and with the hour", async () => {
    const admin = await person();
    const stolen = await asked(admin, "thief@evil.example");
    await changePassword(fixture.context(principalOf(admin)), { present: PASSWORD, next: NEXT });
    await expect(confirmEmailChange(visitor(), { token: stolen }, undefined)).rejects.toMatchObject(DEAD);
    const late = await asked(await person(), "late@acme.example");
    fixture.clock.advance(3_600);
    await expect(confirmEmailChange(visitor(), { token: late }, undefined)).rejects.toMatchObject(DEAD);
  });

  test("makes a link for a new password worthless that was mailed to the old one", async () => {
    const admin = await person();
    const reset = await resetTokenOf(admin);
    await confirmEmailChange(visitor(), { token: await asked(admin, `b-${admin.email}`) }, undefined);
    await expect(resetOwnPassword(visitor(), { token: reset, password: NEXT })).rejects.toMatchObject(DEAD);
  });
});
