import { HttpBrowser } from "@test/support/http-browser";
import { suiteFixture } from "@test/support/suite";
import { NextRequest } from "next/server";
import { beforeAll, expect, test } from "vitest";
import { GET, POST } from "@/app/api/auth/[...nextauth]/route";
import type { AdminView } from "@/contracts/admins";
import { MINUTE_MS } from "@/contracts/durations";
import { readEnv } from "@/env";
import { principalOf, requestMetaOf } from "@/server/auth/principal";
import { setRuntime } from "@/server/runtime/singleton";
import {
  changeRole,
  createAdmin,
  deactivateAdmin,
  inviteAdmin,
  issueSignInLink,
  requestPasswordReset,
} from "@/server/services/admins";
import { listAuditEvents } from "@/server/services/audit";
import { everyRow, sqlOf } from "../services/support";
import { call } from "../trpc/support";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";

/** With mail: that it is there changes nothing. */
const fixture = suiteFixture({
  PASSWORD_SIGN_IN: "off",
  GITHUB_ID: "c",
  GITHUB_SECRET: "s",
  SMTP_URL: "smtp://127.0.0.1:1",
  MAIL_FROM: "keys@acme.example",
});
let owner: AdminView;

beforeAll(async () => {
  setRuntime(fixture.runtime);
  owner = await createAdmin(fixture.context(), {
    email: "o@acme.example",
    password: PASSWORD,
    role: "owner",
  });
});

/** Sends a form of the sign-in pages, in a browser of its own. */
async function send(
  provider: string,
  fields: Record<string, string>,
): Promise<{ status: number; text: string; email: string | undefined }> {
  const browser = new HttpBrowser({
    [ORIGIN]: (request) => {
      const params = Promise.resolve({ nextauth: new URL(request.url).pathname.split("/").slice(3) });
      return (request.method === "GET" ? GET : POST)(new NextRequest(request), { params });
    },
  });
  const page = `${ORIGIN}/sign-in`;
  const csrf = await browser.send(`${ORIGIN}/api/auth/csrf`, {}, page);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const body = new URLSearchParams({ ...fields, csrfToken, json: "true", callbackUrl: "/" });
  const answer = await browser.send(
    `${ORIGIN}/api/auth/callback/${provider}`,
    { method: "POST", body },
    page,
  );
  const token = browser.cookies(ORIGIN).get("next-auth.session-token") ?? "";
  const headers = new Headers({ cookie: `next-auth.session-token=${token}` });
  const principal = await principalOf(fixture.runtime, headers, requestMetaOf(fixture.runtime, headers));
  return { status: answer.status, text: await answer.text(), email: principal?.email };
}

/** The token of a link as the command line prints it. */
async function newToken(id = owner.id): Promise<string> {
  const { url } = await issueSignInLink(fixture.context(), { id });
  expect(url).toMatch(/^http:\/\/localhost:3000\/sign-in\/link#[\w-]{43}$/);
  return url.split("#")[1] ?? "";
}

test("Where passwords are off, a right one signs nobody in, and is not even looked at", async () => {
  expect(await send("credentials", { email: owner.email, password: PASSWORD })).toEqual({
    status: 403,
    text: "Nobody signs in with a password here.",
    email: undefined,
  });
});

test("Where passwords are off, no mailed link sets one, neither a new one nor one of before", async () => {
  const mutate = (name: string, input: unknown) => call(fixture, "mutation", name, input);
  expect(await mutate("signIn.requestPasswordReset", { email: owner.email })).toMatchObject({ status: 404 });
  await requestPasswordReset(fixture.context(), { email: owner.email });
  await fixture.runtime.background.settled();
  const before = await everyRow(fixture);
  const [mail] = await sqlOf(fixture)`select content from mails`;
  const [, token] = /reset-password#([\w-]{43})/.exec(JSON.stringify(mail)) ?? [];
  expect(token).toBeDefined();
  expect(await mutate("signIn.resetPassword", { token, password: "another horse battery" })).toMatchObject({
    status: 404,
  });
  expect(await everyRow(fixture)).toEqual(before);
});

test("Where passwords are off, nobody joins with one by an invitation", async () => {
  const { token } = await inviteAdmin(fixture.context(), { email: "ida@acme.example", role: "viewer" });
  const input = { token, name: "Ida", password: "another horse battery" };
  const before = await everyRow(fixture);
  expect(await call(fixture, "mutation", "invitations.accept", input)).toMatchObject({
    status: 403,
    error: { message: "Nobody signs in with a password here." },
  });
  expect(await everyRow(fixture)).toEqual(before);
});

test("Passwords cannot be off where there is nothing else", () => {
  expect(() => readEnv({ PASSWORD_SIGN_IN: "off" })).toThrow(
    /PASSWORD_SIGN_IN: Must be on without OIDC_ISSUER/,
  );
});

test("A link of the command line signs its owner in once, and both are on record", async () => {
  const token = await newToken();
  expect(await send("link", { token })).toMatchObject({ status: 200, email: owner.email });
  expect(await send("link", { token })).toMatchObject({ status: 401, email: undefined });
  const { data } = await listAuditEvents(fixture.context(), { limit: 2 });
  expect(data.map(({ actor, action, after }) => ({ actor, action, after }))).toEqual([
    { actor: owner.email, action: "session.start", after: { link: true } },
    { actor: "command line", action: "admin.issue_sign_in_link", after: { expiresAt: expect.any(String) } },
  ]);
});

test("Of two who use a link at the same moment one is signed in", async () => {
  const token = await newToken();
  const ends = await Promise.all([send("link", { token }), send("link", { token })]);
  expect(ends.map(({ email }) => email).sort()).toEqual([owner.email, undefined]);
});

test("A link that was replaced, has expired, or is made up signs nobody in", async () => {
  const former = await newToken();
  const late = await newToken();
  expect(await send("link", { token: former })).toMatchObject({ status: 401, email: undefined });
  fixture.clock.advance((15 * MINUTE_MS) / 1_000);
  for (const token of [late, "", "x".repeat(43), "x".repeat(1_000)])
    expect(await send("link", { token })).toMatchObject({ status: 401, email: undefined });
});

test("A link is for owners who may sign in alone, when it is made and when it is used", async () => {
  const email = "p@acme.example";
  const { id } = await createAdmin(fixture.context(), { email, password: PASSWORD, role: "admin" });
  await expect(newToken(id)).rejects.toMatchObject({ code: "invalid_state" });
  await changeRole(fixture.context(), { id, role: "owner" });
  const token = await newToken(id);
  await changeRole(fixture.context(), { id, role: "admin" });
  expect(await send("link", { token })).toMatchObject({ email: undefined });
  await changeRole(fixture.context(), { id, role: "owner" });
  await deactivateAdmin(fixture.context(), { id });
  await expect(newToken(id)).rejects.toMatchObject({ code: "invalid_state" });
});
