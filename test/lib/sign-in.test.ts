import { HttpBrowser } from "@test/support/http-browser";
import { suiteFixture } from "@test/support/suite";
import { NextRequest } from "next/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GET, POST } from "@/app/api/auth/[...nextauth]/route";
import { attemptLink, attemptPasskey, attemptSignIn, beginSignIn } from "@/lib/sign-in";
import { setRuntime } from "@/server/runtime/singleton";
import { countProviderVisit, createAdmin, issueSignInLink } from "@/server/services/admins";
import { register, signedInAs } from "../server/services/passkeys/support";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";

const fixture = suiteFixture({ GITHUB_ID: "c", GITHUB_SECRET: "s" });

/** Where the page went. */
const assign = vi.fn();

beforeEach(() => {
  setRuntime(fixture.runtime);
  const browser = new HttpBrowser({
    [ORIGIN]: (request) => {
      const params = Promise.resolve({ nextauth: new URL(request.url).pathname.split("/").slice(3) });
      return (request.method === "GET" ? GET : POST)(new NextRequest(request), { params });
    },
  });
  vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
    browser.send(`${ORIGIN}${path}`, init, `${ORIGIN}/sign-in`),
  );
  vi.stubGlobal("window", { location: { assign } });
});

afterEach(() => {
  vi.unstubAllGlobals();
  assign.mockClear();
});

describe("An attempt to sign in", () => {
  test("tells a right password from a wrong one, and says no more", async () => {
    const email = "ada@acme.example";
    await createAdmin(fixture.context(), { email, password: PASSWORD, role: "viewer" });
    expect(await attemptSignIn({ email, password: PASSWORD })).toEqual({ kind: "ok" });
    expect(await attemptSignIn({ email, password: "wrong" })).toEqual({ kind: "wrong" });
    expect(await attemptSignIn({ email: "nobody@acme.example", password: "wrong" })).toEqual({
      kind: "wrong",
    });
  });

  test("is told how long to wait after too many", async () => {
    const tries = async () => attemptSignIn({ email: "grace@acme.example", password: "wrong" });
    let outcome = await tries();
    for (let count = 0; count < 100 && outcome.kind === "wrong"; count++) outcome = await tries();
    expect(outcome).toEqual({ kind: "slow_down", seconds: expect.any(Number) });
  });

  test("is told by what a second factor can be shown, and why one was refused; a passkey alone why it was", async () => {
    const email = "pia@acme.example";
    const pia = await createAdmin(fixture.context(), { email, password: PASSWORD, role: "viewer" });
    const { authenticator } = await register(await signedInAs(fixture, pia));
    const asked = (refused: string | null) => ({ kind: "second_factor", ways: ["passkey"], refused });
    expect(await attemptSignIn({ email, password: PASSWORD })).toEqual(asked(null));
    expect(await attemptSignIn({ email, password: PASSWORD, code: "000000" })).toEqual(asked("code"));
    // The browser has asked for none.
    const passkey = { ...authenticator.get({ challenge: "AAAA" }), clientExtensionResults: {} };
    expect(await attemptSignIn({ email, password: PASSWORD, passkey })).toEqual(asked("challenge"));
    expect(await attemptPasskey(passkey)).toEqual({ kind: "passkey", refused: "challenge" });
  });

  test("by a link works once", async () => {
    const { id } = await createAdmin(fixture.context(), {
      email: "olga@acme.example",
      password: PASSWORD,
      role: "owner",
    });
    const { url } = await issueSignInLink(fixture.context(), { id });
    const token = url.split("#")[1] ?? "";
    expect(await attemptLink(token)).toEqual({ kind: "ok" });
    expect(await attemptLink(token)).toEqual({ kind: "wrong" });
  });

  test.each([
    ["a network that is away", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["a proxy that answers with a page", () => Promise.resolve(new Response("<html>", { status: 502 }))],
    ["an answer of another form", () => Promise.resolve(Response.json({ ok: true }))],
  ])("ends on the page where it is, with %s", async (_, answer) => {
    vi.stubGlobal("fetch", answer);
    expect(await attemptSignIn({ email: "a@acme.example", password: "p" })).toEqual({ kind: "failed" });
    expect(await attemptLink("token")).toEqual({ kind: "failed" });
    expect(await beginSignIn("github", "/keys")).toEqual({ kind: "failed" });
    expect(assign).not.toHaveBeenCalled();
  });
});

describe("A sign-in by a provider", () => {
  test("leads there, with the page to come back to", async () => {
    void beginSignIn("github", "/keys");
    await vi.waitFor(() => expect(assign).toHaveBeenCalledOnce());
    const [address] = assign.mock.calls[0] ?? [];
    expect(new URL(String(address)).origin).toBe("https://github.com");
  });

  test("is told how long to wait after too many, on the page where it is begun and where it comes back to", async () => {
    while (await mayVisit());
    expect(await beginSignIn("github", "/keys")).toEqual({ kind: "slow_down", seconds: expect.any(Number) });
    expect(assign).not.toHaveBeenCalled();
    const back = await fetch("/api/auth/callback/github?code=c&state=s");
    expect(back.status).toBe(303);
    expect(back.headers.get("location")).toMatch(/^http:\/\/localhost:3000\/sign-in\?error=slow_down%3A\d+$/);
  });
});

const mayVisit = () =>
  countProviderVisit(fixture.context()).then(
    () => true,
    () => false,
  );
