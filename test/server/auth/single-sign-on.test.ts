import { createFixture, type Fixture } from "@test/support/fixture";
import { type Forgery, type ForgingIssuer, startForgingIssuer } from "@test/support/forging-issuer";
import { HttpBrowser } from "@test/support/http-browser";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "@test/support/identity-provider";
import { NextRequest } from "next/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GET, POST } from "@/app/api/auth/[...nextauth]/route";
import type { AuditEventView } from "@/contracts/audit";
import { principalOf, requestMetaOf } from "@/server/auth/principal";
import type { AdminPrincipal } from "@/server/core/principal";
import { setRuntime } from "@/server/runtime/singleton";
import {
  changeRole,
  createAdmin,
  deactivateAdmin,
  inviteAdmin,
  listAdmins,
  listIdentities,
  listInvitations,
  unlinkIdentity,
} from "@/server/services/admins";
import { listAuditEvents } from "@/server/services/audit";

/** Where the fixture's console is. */
const ORIGIN = "http://localhost:3000";
const CALLBACK = `${ORIGIN}/api/auth/callback/oidc`;
const PASSWORD = "correct horse battery";

let provider: IdentityProvider;
let forger: ForgingIssuer;
/** Of the honest provider, with groups that give roles, and of the forger. */
let plain: Fixture;
let mapped: Fixture;
let forged: Fixture;

beforeAll(async () => {
  process.env.NEXTAUTH_URL = ORIGIN;
  [provider, forger] = await Promise.all([startIdentityProvider(CALLBACK), startForgingIssuer()]);
  const settings = { OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret };
  [plain, mapped, forged] = await Promise.all([
    createFixture({ ...settings, OIDC_ISSUER: provider.issuer, SSO_ALLOWED_DOMAINS: "people.example" }),
    createFixture({
      ...settings,
      OIDC_ISSUER: provider.issuer,
      OIDC_ROLES_CLAIM: "groups",
      OIDC_ROLE_MAP: "admins=admin,ops=operator@staging,owners=owner",
      SSO_ALLOWED_DOMAINS: "people.example",
    }),
    createFixture({ ...settings, OIDC_ISSUER: forger.issuer }),
  ]);
  for (const fixture of [plain, mapped, forged])
    await createAdmin(fixture.context(), { email: "owner@acme.example", password: PASSWORD, role: "owner" });
});

afterAll(async () => {
  delete process.env.NEXTAUTH_URL;
  await Promise.all([plain, mapped, forged].map((fixture) => fixture?.close()));
  await Promise.all([provider?.close(), forger?.close()]);
});

/** A browser in front of the console of a fixture. */
function browserAt(fixture: Fixture): HttpBrowser {
  setRuntime(fixture.runtime);
  return new HttpBrowser({
    [ORIGIN]: async (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith("/api/auth/")) return new Response(null);
      const params = Promise.resolve({ nextauth: pathname.split("/").slice(3) });
      return (request.method === "GET" ? GET : POST)(new NextRequest(request), { params });
    },
  });
}

/** Presses the button of the sign-in page. @returns where at the provider that leads */
async function press(browser: HttpBrowser): Promise<URL> {
  const page = `${ORIGIN}/sign-in`;
  const csrf = await browser.send(`${ORIGIN}/api/auth/csrf`, {}, page);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const body = new URLSearchParams({ csrfToken, callbackUrl: `${ORIGIN}/keys`, json: "true" });
  const answer = await browser.send(`${ORIGIN}/api/auth/signin/oidc`, { method: "POST", body }, page);
  return new URL(((await answer.json()) as { url: string }).url);
}

/** Signs in to the honest provider and consents. @returns the address to which it sends the browser back */
async function passProvider(browser: HttpBrowser, subject: string): Promise<URL> {
  const isBack = (url: URL) => url.origin === ORIGIN;
  let { url, answer } = await browser.go((await press(browser)).href, { until: isBack });
  while (answer) {
    const prompt = /name="prompt" value="(\w+)"/.exec(await answer.text())?.[1] ?? "";
    const body = new URLSearchParams({ prompt, login: subject, password: "any" });
    const init = { method: "POST", body };
    ({ url, answer } = await browser.go(url.href, { init, from: url.href, until: isBack }));
  }
  return url;
}

interface Outcome {
  browser: HttpBrowser;
  /** Where it ended, as a path. */
  path: string;
  principal: AdminPrincipal | null;
}

async function finish(fixture: Fixture, browser: HttpBrowser, back: URL): Promise<Outcome> {
  const { url } = await browser.go(back.href, { from: provider.issuer });
  const token = browser.cookies(ORIGIN).get("next-auth.session-token") ?? "";
  const headers = new Headers({ cookie: `next-auth.session-token=${token}` });
  const meta = requestMetaOf(fixture.runtime, headers);
  return {
    browser,
    path: url.pathname + url.search,
    principal: await principalOf(fixture.runtime, headers, meta),
  };
}

async function signInAs(
  fixture: Fixture,
  subject: string,
  claims: Record<string, unknown>,
): Promise<Outcome> {
  provider.accounts.set(subject, claims);
  const browser = browserAt(fixture);
  return finish(fixture, browser, await passProvider(browser, subject));
}

/** The sign-in page with its reason. */
const refusal = (code: string) => `/sign-in?error=${code}&provider=oidc`;

/** What the audit holds of somebody, oldest first. */
async function recorded(fixture: Fixture, name: string): Promise<Partial<AuditEventView>[]> {
  const { data } = await listAuditEvents(fixture.context(), { limit: 100 });
  const about = data.filter(({ subjectName, actor }) => [subjectName, actor].includes(name));
  return about.reverse().map(({ actor, action, before, after }) => ({ actor, action, before, after }));
}

const verified = (email: string, more: object = {}) => ({ email, email_verified: true, ...more });

describe("Signed in by a provider is", () => {
  test("somebody of the team with that address, whatever its case, from then on by the account alone", async () => {
    const email = "grace@acme.example";
    const { id } = await createAdmin(plain.context(), { email, password: PASSWORD, role: "operator" });
    const first = await signInAs(plain, "grace", verified("Grace@ACME.example", { name: "G" }));
    expect(first).toMatchObject({ path: "/keys", principal: { id, email, role: "operator", name: "" } });
    const again = await signInAs(plain, "grace", verified("grace@elsewhere.example"));
    expect(again).toMatchObject({ path: "/keys", principal: { id, email } });
    const { identities, hasPassword } = await listIdentities(
      plain.context(again.principal as AdminPrincipal),
    );
    expect(hasPassword).toBe(true);
    expect(identities).toMatchObject([{ issuer: provider.issuer, email: "grace@elsewhere.example" }]);
    expect(await recorded(plain, email)).toEqual([
      expect.objectContaining({ action: "admin.create" }),
      { actor: "sign-in", action: "admin.link_identity", before: null, after: { provider: provider.issuer } },
      { actor: email, action: "session.start", before: null, after: { provider: provider.issuer } },
      { actor: email, action: "session.start", before: null, after: { provider: provider.issuer } },
    ]);
  });

  test("somebody invited, with the role of the invitation, which is used by it", async () => {
    const email = "invited@acme.example";
    await inviteAdmin(plain.context(), { email, role: "viewer", environmentRoles: { staging: "admin" } });
    const { path, principal } = await signInAs(plain, "invited", verified(email, { name: "Ida" }));
    expect(path).toBe("/keys");
    expect(principal).toMatchObject({ email, name: "Ida", environmentRoles: { staging: "admin" } });
    expect(await listInvitations(plain.context())).toEqual([]);
    expect(await listIdentities(plain.context(principal as AdminPrincipal))).toMatchObject({
      hasPassword: false,
    });
  });

  test("somebody with an address of an allowed domain, as a viewer, and of no domain below it", async () => {
    const { path, principal } = await signInAs(plain, "new", verified("new@People.example"));
    expect(path).toBe("/keys");
    expect(principal).toMatchObject({ email: "new@People.example", role: "viewer", environmentRoles: null });
    for (const [subject, domain] of [
      ["below", "evil.people.example"],
      ["beside", "notpeople.example"],
    ] as const)
      expect(await signInAs(plain, subject, verified(`x@${domain}`))).toMatchObject({
        path: refusal("unknown"),
        principal: null,
      });
  });

  test("in place of whom the browser showed before, whose session ends", async () => {
    await createAdmin(plain.context(), { email: "a@acme.example", password: PASSWORD, role: "viewer" });
    const { browser } = await signInAs(plain, "a", verified("a@acme.example"));
    const former = browser.cookies(ORIGIN).get("next-auth.session-token");
    const back = await passProvider(browser, "a");
    const { principal } = await finish(plain, browser, back);
    expect(principal).not.toBeNull();
    const headers = new Headers({ cookie: `next-auth.session-token=${former}` });
    expect(await principalOf(plain.runtime, headers, requestMetaOf(plain.runtime, headers))).toBeNull();
  });
});

describe("Refused is", () => {
  test.each([
    [
      "an unverified address of the team",
      { email: "owner@acme.example", email_verified: false },
      "unverified",
    ],
    ["one of which it is not said", { email: "owner@acme.example" }, "unverified"],
    [
      "one said to be verified in words",
      { email: "owner@acme.example", email_verified: "yes" },
      "unverified",
    ],
    ["no address", { email_verified: true }, "unverified"],
    ["a text that is none", verified("owner"), "unverified"],
    ["an address that nobody knows", verified("nobody@acme.example"), "unknown"],
  ])("%s", async (what, claims, code) => {
    expect(await signInAs(plain, what.replaceAll(" ", "-"), claims)).toMatchObject({
      path: refusal(code),
      principal: null,
    });
  });

  test("whoever is given an address that another account signs in with, until that is unlinked", async () => {
    const email = "left@acme.example";
    const { id } = await createAdmin(plain.context(), { email, password: PASSWORD, role: "viewer" });
    const { principal } = await signInAs(plain, "left-1", verified(email));
    expect(await signInAs(plain, "left-2", verified(email))).toMatchObject({
      path: refusal("other_account"),
      principal: null,
    });
    await unlinkIdentity(plain.context(principal as AdminPrincipal), { issuer: provider.issuer });
    expect(await signInAs(plain, "left-2", verified(email))).toMatchObject({ principal: { id } });
  });

  test("somebody deactivated, by account and by address, which is on record", async () => {
    const email = "gone@acme.example";
    const { id } = await createAdmin(plain.context(), { email, password: PASSWORD, role: "viewer" });
    await signInAs(plain, "gone", verified(email));
    await deactivateAdmin(plain.context(), { id });
    for (const subject of ["gone", "gone-2"])
      expect(await signInAs(plain, subject, verified(email))).toMatchObject({
        path: refusal("deactivated"),
        principal: null,
      });
    await plain.runtime.background.settled();
    expect((await recorded(plain, email)).map(({ action }) => action)).toContain("admin.refuse_sign_in");
  });

  test("unlinking the only way in", async () => {
    await inviteAdmin(plain.context(), { email: "only@acme.example", role: "viewer" });
    const { principal } = await signInAs(plain, "only", verified("only@acme.example"));
    const own = plain.context(principal as AdminPrincipal);
    await expect(unlinkIdentity(own, { issuer: provider.issuer })).rejects.toMatchObject({
      code: "invalid_state",
    });
  });

  test("an invitation that has expired", async () => {
    await inviteAdmin(plain.context(), { email: "late@acme.example", role: "viewer" });
    plain.clock.advance(73 * 3_600);
    expect(await signInAs(plain, "late", verified("late@acme.example"))).toMatchObject({
      path: refusal("unknown"),
    });
  });
});

describe("Where groups give roles", () => {
  test("each sign-in sets the role, which is on record and ends other sessions", async () => {
    const email = "ops@people.example";
    const first = await signInAs(mapped, "ops", verified(email, { groups: ["ops", "others"] }));
    expect(first.principal).toMatchObject({ environmentRoles: { staging: "operator" } });
    const second = await signInAs(mapped, "ops", verified(email, { groups: ["admins", "ops"] }));
    expect(second.principal).toMatchObject({ role: "admin", environmentRoles: null });
    const { path } = await finish(mapped, first.browser, new URL(`${ORIGIN}/keys`));
    expect(path).toBe("/keys");
    const token = first.browser.cookies(ORIGIN).get("next-auth.session-token");
    const headers = new Headers({ cookie: `next-auth.session-token=${token}` });
    expect(await principalOf(mapped.runtime, headers, requestMetaOf(mapped.runtime, headers))).toBeNull();
    expect(await recorded(mapped, email)).toContainEqual({
      actor: "sign-in",
      action: "admin.change_role",
      before: { role: { staging: "operator" } },
      after: { role: "admin" },
    });
  });

  test("whoever is in none of them is refused, by an invitation too, and stays as they were", async () => {
    await inviteAdmin(mapped.context(), { email: "none@acme.example", role: "owner" });
    expect(await signInAs(mapped, "none", verified("none@acme.example", { groups: ["x"] }))).toMatchObject({
      path: refusal("no_group"),
      principal: null,
    });
    expect((await listInvitations(mapped.context())).map(({ email }) => email)).toContain(
      "none@acme.example",
    );
    await createAdmin(mapped.context(), { email: "was@acme.example", password: PASSWORD, role: "admin" });
    expect(await signInAs(mapped, "was", verified("was@acme.example"))).toMatchObject({
      path: refusal("no_group"),
    });
  });

  test("the last owner stays one, whatever their groups, and one of two does not", async () => {
    const owner = verified("owner@acme.example", { groups: ["ops"] });
    expect(await signInAs(mapped, "owner", owner)).toMatchObject({ principal: { role: "owner" } });
    expect(await signInAs(mapped, "owner", { ...owner, groups: [] })).toMatchObject({
      principal: { role: "owner" },
    });
    const other = await createAdmin(mapped.context(), {
      email: "other@acme.example",
      password: PASSWORD,
      role: "owner",
    });
    expect(await signInAs(mapped, "owner", owner)).toMatchObject({
      principal: { role: "viewer", environmentRoles: { staging: "operator" } },
    });
    expect(other.role).toBe("owner");
    const [own] = (await listAdmins(mapped.context())).filter(({ email }) => email === "owner@acme.example");
    if (own) await changeRole(mapped.context(), { id: own.id, role: "owner" });
  });
});

describe("On the way back from the provider", () => {
  /** The answer of a forger to a sign-in that a browser has begun. */
  async function answered(forgery?: Forgery): Promise<Outcome> {
    const browser = browserAt(forged);
    const { searchParams } = await press(browser);
    forger.answers(searchParams.get("nonce") ?? "", forgery);
    const back = new URL(`${CALLBACK}?code=code&state=${searchParams.get("state")}`);
    return finish(forged, browser, back);
  }

  const FAILED = expect.stringMatching(/^\/sign-in\?callbackUrl=.*&error=OAuthCallback$/);

  test("a good token of the same issuer signs in", async () => {
    await createAdmin(forged.context(), { email: "ada@acme.example", password: PASSWORD, role: "admin" });
    expect(await answered()).toMatchObject({ path: "/keys", principal: { email: "ada@acme.example" } });
  });

  const past = Math.floor(Date.now() / 1_000) - 600;
  test.each<[string, Forgery]>([
    ["another nonce", { token: { nonce: "another" } }],
    ["no nonce", { token: { nonce: undefined } }],
    ["another audience", { token: { aud: "another-client" } }],
    ["two audiences, and issued for the other", { token: { aud: [CLIENT.id, "b"], azp: "b" } }],
    ["another issuer", { token: { iss: "https://other.example" } }],
    ["an end that has passed", { token: { iat: past, exp: past + 60 } }],
    ["no subject", { token: { sub: undefined } }],
    ["another's userinfo", { userinfo: { sub: "grace" } }],
    ["a signature by another key", { signedBy: "another key" }],
    ["no signature", { signedBy: "nobody" }],
  ])("a token with %s signs nobody in, and the log holds neither it nor a code", async (_, forgery) => {
    const before = forged.log().length;
    expect(await answered(forgery)).toMatchObject({ path: FAILED, principal: null });
    const log = forged.log().slice(before);
    expect(log).toContain("A sign-in failed at its provider");
    expect(log).not.toMatch(/eyJ|access_token|client_secret/);
  });

  test("without the state of this browser, or with another's, nobody is signed in", async () => {
    const [victim, thief] = [browserAt(forged), browserAt(forged)];
    const [own, other] = [await press(victim), await press(thief)];
    forger.answers(other.searchParams.get("nonce") ?? "");
    const ends = async (browser: HttpBrowser, query: string) =>
      finish(forged, browser, new URL(`${CALLBACK}?code=code${query}`));
    expect(await ends(victim, "")).toMatchObject({ path: FAILED, principal: null });
    expect(await ends(victim, `&state=${other.searchParams.get("state")}`)).toMatchObject({
      path: FAILED,
      principal: null,
    });
    const nobody = browserAt(forged);
    expect(await ends(nobody, `&state=${own.searchParams.get("state")}`)).toMatchObject({
      path: FAILED,
      principal: null,
    });
  });

  test("a code that was used once signs nobody in again", async () => {
    const browser = browserAt(plain);
    provider.accounts.set("owner", verified("owner@acme.example"));
    const back = await passProvider(browser, "owner");
    const cookies = new Map(browser.cookies(ORIGIN));
    expect((await finish(plain, browser, back)).principal).toMatchObject({ role: "owner" });
    const copy = browserAt(plain);
    for (const [name, value] of cookies) copy.cookies(ORIGIN).set(name, value);
    expect(await finish(plain, copy, back)).toMatchObject({ path: FAILED, principal: null });
  });

  test("a person who presses Cancel there is told so", async () => {
    const browser = browserAt(plain);
    const { searchParams } = await press(browser);
    const back = new URL(`${CALLBACK}?error=access_denied&state=${searchParams.get("state")}`);
    const { path, principal } = await finish(plain, browser, back);
    expect(path).toMatch(/^\/sign-in\?callbackUrl=.*&error=Callback$/);
    expect(principal).toBeNull();
  });

  test("a provider that is away is said, and no more", async () => {
    const away = await createFixture({
      OIDC_ISSUER: "http://127.0.0.1:1",
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
    });
    const browser = browserAt(away);
    const { url } = await browser.go((await press(browser)).href, { from: `${ORIGIN}/sign-in` });
    expect(url.pathname + url.search).toMatch(/^\/sign-in\?callbackUrl=.*&error=OAuthSignin$/);
    await away.close();
  });

  test.each([
    ["a form with a code, as of another site", "POST", "callback/oidc"],
    ["an address that signs in with a password", "GET", "callback/credentials"],
    ["a provider that is not set up", "GET", "callback/github"],
    ["its button", "POST", "signin/github"],
  ])("%s leads nowhere", async (_, method, path) => {
    const browser = browserAt(plain);
    const answer = await browser.send(`${ORIGIN}/api/auth/${path}?code=c&state=s`, { method }, ORIGIN);
    expect(answer.status).toBe(404);
  });

  test("another site cannot press the button", async () => {
    const browser = browserAt(plain);
    const init = { method: "POST" };
    expect((await browser.send(`${ORIGIN}/api/auth/signin/oidc`, init, provider.issuer)).status).toBe(403);
  });
});
