import { createFixture, type Fixture } from "@test/support/fixture";
import { type Forgery, type ForgingIssuer, startForgingIssuer } from "@test/support/forging-issuer";
import type { HttpBrowser } from "@test/support/http-browser";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "@test/support/identity-provider";
import {
  browserAt,
  CALLBACK,
  finish,
  holderOf,
  ORIGIN,
  type Outcome,
  passProvider,
  press,
  refusal,
  verified,
} from "@test/support/provider-sign-in";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FRESH_FACTOR_MS } from "@/contracts/confirmation";
import { createAdmin } from "@/server/services/admins";

const PASSWORD = "correct horse battery";

let provider: IdentityProvider;
let forger: ForgingIssuer;
/** Of the honest provider, of the forger, and of the forger where its addresses are trusted. */
let plain: Fixture;
let forged: Fixture;
let trusting: Fixture;

beforeAll(async () => {
  process.env.NEXTAUTH_URL = ORIGIN;
  [provider, forger] = await Promise.all([startIdentityProvider(CALLBACK), startForgingIssuer()]);
  const settings = { OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret };
  // By the real clock, as the providers are.
  const now = new Date();
  [plain, forged, trusting] = await Promise.all([
    createFixture({ ...settings, OIDC_ISSUER: provider.issuer }, now),
    createFixture({ ...settings, OIDC_ISSUER: forger.issuer }, now),
    createFixture({ ...settings, OIDC_ISSUER: forger.issuer, OIDC_EMAILS_TRUSTED_OF: forger.issuer }, now),
  ]);
  for (const fixture of [plain, forged, trusting]) {
    await createAdmin(fixture.context(), { email: "owner@acme.example", password: PASSWORD, role: "owner" });
    await createAdmin(fixture.context(), { email: "ada@acme.example", password: PASSWORD, role: "admin" });
  }
});

afterAll(async () => {
  delete process.env.NEXTAUTH_URL;
  await Promise.all([plain, forged, trusting].map((fixture) => fixture?.close()));
  await Promise.all([provider?.close(), forger?.close()]);
});

/** The answer of a forger to a sign-in that a browser has begun. */
async function answered(forgery?: Forgery, fixture = forged, browser = browserAt(fixture)): Promise<Outcome> {
  const { searchParams } = await press(browser);
  forger.answers(searchParams.get("nonce") ?? "", forgery);
  const back = new URL(`${CALLBACK}?code=code&state=${searchParams.get("state")}`);
  return finish(fixture, browser, back);
}

describe("When somebody showed the provider who they are", () => {
  /** An `auth_time` so long ago. */
  const ago = (ms: number) => ({
    token: { auth_time: Math.floor((forged.clock.now().getTime() - ms) / 1_000) },
  });

  test.each<[string, () => Forgery, boolean]>([
    ["a moment ago", () => ago(1_000), true],
    ["too long ago to count", () => ago(FRESH_FACTOR_MS + 1_000), false],
    ["by a clock that is ahead", () => ago(-FRESH_FACTOR_MS), true],
    ["at a time that it does not tell", () => ({}), true],
    ["as it says at userinfo, which is not signed", () => ({ userinfo: { auth_time: 1 } }), true],
  ])("%s, the session is as fresh", async (_, forgery, isFresh) => {
    expect(await answered(forgery())).toMatchObject({
      path: "/keys",
      principal: { confirmation: { isFresh } },
    });
  });

  test("by a clock that is ahead, it is fresh for no longer than with a sign-in", async () => {
    const { browser } = await answered(ago(-FRESH_FACTOR_MS));
    forged.clock.advance(FRESH_FACTOR_MS / 1_000);
    const holder = await holderOf(forged, browser.cookies(ORIGIN).get("next-auth.session-token"));
    expect(holder).toMatchObject({ confirmation: { isFresh: false } });
  });

  test("is asked of the provider, who is to have them show it anew where they are signed in here", async () => {
    const browser = browserAt(forged);
    const wishes = async (query = "") => {
      const { searchParams } = await press(browser, query);
      return { prompt: searchParams.get("prompt"), max_age: searchParams.get("max_age") };
    };
    expect(await wishes()).toEqual({ prompt: null, max_age: "31536000" });
    // Whoever presses cannot take another wish to the provider.
    expect(await wishes("?prompt=none&max_age=1")).toEqual({ prompt: null, max_age: "31536000" });
    await answered({}, forged, browser);
    expect(await wishes("?prompt=none")).toEqual({
      prompt: "login",
      max_age: String(FRESH_FACTOR_MS / 1_000),
    });
  });

  test("is known of a real one, which asks for the password again although it has a session", async () => {
    provider.accounts.set("ada", verified("ada@acme.example"));
    const browser = browserAt(plain);
    const first = await finish(plain, browser, await passProvider(browser, "ada"));
    expect(first).toMatchObject({ principal: { confirmation: { isFresh: true } } });
    const token = browser.cookies(ORIGIN).get("next-auth.session-token");
    browser.cookies(ORIGIN).delete("next-auth.session-token");
    const silent = await browser.go((await press(browser)).href, {
      until: ({ origin }) => origin === ORIGIN,
    });
    expect(silent.answer).toBeNull();
    browser.cookies(ORIGIN).set("next-auth.session-token", token ?? "");
    const asked = await browser.go((await press(browser)).href, { until: ({ origin }) => origin === ORIGIN });
    expect(await asked.answer?.text()).toContain('name="prompt" value="login"');
  });
});

describe("Of an address of which the provider does not say whether it is verified, as Entra ID", () => {
  /** What the forger says of an account of which nothing is known here yet. */
  const says = (sub: string, token: object): Forgery => ({
    token: { sub, email_verified: undefined, ...token },
    userinfo: { sub },
  });

  test("it is nobody's, whatever else it says", async () => {
    for (const more of [{}, { xms_edov: true }, { verified: true }])
      expect(await answered(says("unsaid", more))).toMatchObject({
        path: refusal("unverified"),
        principal: null,
      });
  });

  test("it counts where the settings name the issuer whose addresses are trusted", async () => {
    for (const [sub, more] of [
      ["ada", {}],
      ["olga", { email: "owner@acme.example", xms_edov: "1" }],
    ] as const)
      expect(await answered(says(sub, more), trusting)).toMatchObject({ path: "/keys" });
  });

  test("it does not count there either where something is said against it", async () => {
    for (const said of [
      { email_verified: false },
      { email_verified: "true" },
      { email_verified: null },
      { xms_edov: false },
      { xms_edov: "0" },
    ])
      expect(await answered(says("denied", said), trusting)).toMatchObject({
        path: refusal("unverified"),
        principal: null,
      });
  });
});

describe("On the way back from the provider", () => {
  const FAILED = expect.stringMatching(/^\/sign-in\?callbackUrl=.*&error=OAuthCallback$/);

  test("a good token of the same issuer signs in", async () => {
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
