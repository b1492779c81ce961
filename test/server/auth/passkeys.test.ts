import { SoftwareAuthenticator } from "@test/support/authenticator";
import type { Fixture } from "@test/support/fixture";
import { HttpBrowser } from "@test/support/http-browser";
import { ownFixture, suiteFixture } from "@test/support/suite";
import { NextRequest } from "next/server";
import { beforeAll, describe, expect, test } from "vitest";
import { GET, POST } from "@/app/api/auth/[...nextauth]/route";
import { POST as callProcedure } from "@/app/api/trpc/[trpc]/route";
import type { AdminView } from "@/contracts/admins";
import { principalOf, requestMetaOf } from "@/server/auth/principal";
import { setRuntime } from "@/server/runtime/singleton";
import { createAdmin } from "@/server/services/admins";
import { register, signedInAs } from "../services/passkeys/support";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";
const COOKIE = "keyward.passkey-challenge";

const fixture = suiteFixture();
let authenticator: SoftwareAuthenticator;
let ada: AdminView;

const newAdmin = (of: Fixture, email: string) =>
  createAdmin(of.context(), { email, password: PASSWORD, role: "viewer", name: "" });

beforeAll(async () => {
  ada = await newAdmin(fixture, "ada@acme.example");
  ({ authenticator } = await register(await signedInAs(fixture, ada)));
});

/** A browser at the sign-in page of an installation, whose routes answer in this process. */
function visitorOf({ runtime }: Fixture, origin = ORIGIN) {
  setRuntime(runtime);
  const browser = new HttpBrowser({
    [origin]: (request) => {
      const [, , mount, ...path] = new URL(request.url).pathname.split("/");
      if (mount === "trpc") return callProcedure(request, { params: Promise.resolve({}) });
      const params = Promise.resolve({ nextauth: path });
      return (request.method === "GET" ? GET : POST)(new NextRequest(request), { params });
    },
  });
  const page = `${origin}/sign-in`;
  return {
    cookies: () => browser.cookies(origin),
    async askPasskey() {
      const headers = { "content-type": "application/json" };
      return browser.send(
        `${origin}/api/trpc/signIn.askPasskey`,
        { method: "POST", headers, body: "{}" },
        page,
      );
    },
    /** Sends a form, and tells what came of it: whose session, or the text that the page reads. */
    async send(provider: string, fields: Record<string, string>) {
      const csrf = await browser.send(`${origin}/api/auth/csrf`, {}, page);
      const { csrfToken } = (await csrf.json()) as { csrfToken: string };
      const body = new URLSearchParams({ ...fields, csrfToken, json: "true", callbackUrl: "/" });
      const answer = await browser.send(
        `${origin}/api/auth/callback/${provider}`,
        { method: "POST", body },
        page,
      );
      if (answer.status === 403) return { status: 403, text: await answer.text() };
      const { url } = (await answer.json()) as { url: string };
      const cookie = [...browser.cookies(origin)].map((pair) => pair.join("=")).join("; ");
      const headers = new Headers({ cookie });
      const principal = await principalOf(runtime, headers, requestMetaOf(runtime, headers));
      return {
        status: answer.status,
        error: new URL(url).searchParams.get("error"),
        email: principal?.email,
      };
    },
  };
}

async function optionsOf(answer: Response) {
  const { result } = (await answer.json()) as { result: { data: { challenge: string; rpId: string } } };
  return result.data;
}

describe("The sign-in page", () => {
  test("signs in with a passkey that has answered the challenge of its cookie, and no second time with the same answer", async () => {
    const visitor = visitorOf(fixture);
    const asked = await visitor.askPasskey();
    expect(asked.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^keyward\.passkey-challenge=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=300$/,
      ),
    ]);
    const passkey = JSON.stringify(authenticator.get(await optionsOf(asked)));
    expect(await visitor.send("passkey", { passkey })).toMatchObject({ status: 200, email: ada.email });
    const again = visitorOf(fixture);
    again.cookies().set(COOKIE, visitor.cookies().get(COOKIE) ?? "");
    expect(await again.send("passkey", { passkey })).toMatchObject({
      status: 401,
      error: "passkey:challenge",
      email: undefined,
    });
  });

  test("takes no answer in a browser that has not asked, so that nobody is signed in as somebody else by a link", async () => {
    const passkey = JSON.stringify(authenticator.get(await optionsOf(await visitorOf(fixture).askPasskey())));
    expect(await visitorOf(fixture).send("passkey", { passkey })).toMatchObject({
      error: "passkey:challenge",
    });
    const other = visitorOf(fixture);
    await other.askPasskey();
    expect(await other.send("passkey", { passkey })).toMatchObject({
      error: "passkey:challenge",
      email: undefined,
    });
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["an answer of a megabyte", JSON.stringify({ id: "A".repeat(60_000) })],
  ])("is told that it cannot be verified of %s", async (_, passkey) => {
    const visitor = visitorOf(fixture);
    await visitor.askPasskey();
    expect(await visitor.send("passkey", { passkey })).toMatchObject({
      error: "passkey:forged",
      email: undefined,
    });
  });

  test("asks for the second factor after the password, by what there is, and takes a passkey", async () => {
    const visitor = visitorOf(fixture);
    const fields = { email: ada.email, password: PASSWORD };
    expect(await visitor.send("credentials", fields)).toMatchObject({ error: "second_factor:passkey:" });
    const refused = authenticator.get(await optionsOf(await visitor.askPasskey()), { verifiesUser: false });
    expect(await visitor.send("credentials", { ...fields, passkey: JSON.stringify(refused) })).toMatchObject({
      error: "second_factor:passkey:no_verification",
    });
    const passkey = JSON.stringify(authenticator.get(await optionsOf(await visitor.askPasskey())));
    expect(await visitor.send("credentials", { ...fields, passkey })).toMatchObject({ email: ada.email });
  });
});

test("Where the public URL is one of HTTPS, passkeys are of its host and origin, and the cookie is a secure one of this host alone", async () => {
  const origin = "https://keys.acme.example";
  const secure = await ownFixture({ NEXTAUTH_URL: origin });
  const bob = await newAdmin(secure, "bob@acme.example");
  const own = await signedInAs(secure, bob);
  const { authenticator } = await register(own, { authenticator: new SoftwareAuthenticator(origin) });
  const visitor = visitorOf(secure, origin);
  const asked = await visitor.askPasskey();
  expect(asked.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-keyward\.passkey-challenge=.*; Path=\/; HttpOnly; .*; Secure$/),
  ]);
  const options = await optionsOf(asked);
  expect(options.rpId).toBe("keys.acme.example");
  const downgraded = authenticator.get(options, { origin: "http://keys.acme.example" });
  expect(await visitor.send("passkey", { passkey: JSON.stringify(downgraded) })).toMatchObject({
    error: "passkey:other_address",
  });
  const passkey = JSON.stringify(authenticator.get(await optionsOf(await visitor.askPasskey())));
  expect(await visitor.send("passkey", { passkey })).toMatchObject({ email: bob.email });
});

test("Where passwords are off, a passkey signs nobody in either, and is not even asked for", async () => {
  const off = await ownFixture({ PASSWORD_SIGN_IN: "off", GITHUB_ID: "c", GITHUB_SECRET: "s" });
  const own = await signedInAs(off, await newAdmin(off, "eve@acme.example"));
  const { authenticator } = await register(own);
  const visitor = visitorOf(off);
  expect((await visitor.askPasskey()).status).toBe(404);
  const passkey = JSON.stringify(authenticator.get({ challenge: "AAAA", rpId: "localhost" }));
  expect(await visitor.send("passkey", { passkey })).toEqual({
    status: 403,
    text: "Nobody signs in with a passkey here.",
  });
});
