import { HttpBrowser } from "@test/support/http-browser";
import { suiteFixture } from "@test/support/suite";
import { NextRequest } from "next/server";
import { beforeAll, describe, expect, test } from "vitest";
import { GET, POST } from "@/app/api/auth/[...nextauth]/route";
import { isReturn } from "@/server/auth/serve";
import { setRuntime } from "@/server/runtime/singleton";
import { createAdmin } from "@/server/services/admins";

const ORIGIN = "http://localhost:3000";
const ADA = { email: "ada@acme.example", password: "correct horse battery" };

const fixture = suiteFixture({ GITHUB_ID: "c", GITHUB_SECRET: "s" });

beforeAll(async () => {
  setRuntime(fixture.runtime);
  await createAdmin(fixture.context(), { ...ADA, role: "viewer" });
});

function newBrowser(): HttpBrowser {
  return new HttpBrowser({
    [ORIGIN]: (request) => {
      const params = Promise.resolve({ nextauth: new URL(request.url).pathname.split("/").slice(3) });
      return (request.method === "GET" ? GET : POST)(new NextRequest(request), { params });
    },
  });
}

describe("Sent there by another site", () => {
  test.each([
    ["GET", ["callback", "github"], true],
    ["GET", ["signin", "github"], true],
    ["GET", ["error"], true],
    ["GET", ["csrf"], false],
    ["GET", ["providers"], false],
    ["GET", ["signout"], false],
    ["GET", [], false],
    ["POST", ["callback", "credentials"], false],
    ["POST", ["callback", "link"], false],
    ["POST", ["signin", "github"], false],
    ["POST", ["signout"], false],
  ])("%s %j: %s", (method, nextauth, returns) => {
    expect(isReturn(method, { nextauth })).toBe(returns);
  });
});

/** Addresses of another site, as an address that is sent to an administrator may hold them. */
const OTHERS = [
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "https:evil.example",
  `${ORIGIN}@evil.example`,
  `${ORIGIN}.evil.example`,
  "javascript:alert(1)",
  "data:text/html,hi",
];

describe("An address of another site to go on to", () => {
  /** Everything in an answer that a browser would follow. */
  async function leadsTo(answer: Response): Promise<string[]> {
    const text = await answer.text();
    const { url } = text.startsWith("{") ? (JSON.parse(text) as { url?: string }) : {};
    const found = [answer.headers.get("location"), url].filter((one) => typeof one === "string");
    return found.map((one) => new URL(one, ORIGIN).origin);
  }

  test.each(OTHERS)("is not gone on to after a sign-in: %j", async (callbackUrl) => {
    const browser = newBrowser();
    const page = `${ORIGIN}/sign-in`;
    const csrf = await browser.send(`${ORIGIN}/api/auth/csrf`, {}, page);
    const { csrfToken } = (await csrf.json()) as { csrfToken: string };
    for (const json of ["true", "false"]) {
      const body = new URLSearchParams({ ...ADA, csrfToken, callbackUrl, json });
      const answer = await browser.send(
        `${ORIGIN}/api/auth/callback/credentials`,
        { method: "POST", body },
        page,
      );
      for (const origin of await leadsTo(answer)) expect(origin).toBe(ORIGIN);
    }
  });

  test.each(OTHERS)(
    "is not kept for the way back from a provider, nor gone on to from there: %j",
    async (callbackUrl) => {
      const browser = newBrowser();
      const address = new URL(`${ORIGIN}/api/auth/signin/github`);
      address.searchParams.set("callbackUrl", callbackUrl);
      const answer = await browser.send(address.href, {}, "https://evil.example/page");
      for (const origin of await leadsTo(answer)) expect(origin).toBe(ORIGIN);
      const kept = browser.cookies(ORIGIN).get("next-auth.callback-url");
      if (kept) expect(new URL(decodeURIComponent(kept), ORIGIN).origin).toBe(ORIGIN);
    },
  );
});
