import { HttpBrowser } from "@test/support/http-browser";
import { NextRequest } from "next/server";
import { GET, POST } from "@/app/api/auth/[...nextauth]/route";
import type { AuditEventView } from "@/contracts/audit";
import { principalOf, requestMetaOf } from "@/server/auth/principal";
import type { AdminPrincipal } from "@/server/core/principal";
import { setRuntime } from "@/server/runtime/singleton";
import { listAuditEvents } from "@/server/services/audit";
import type { Fixture } from "./fixture";

/** Where a fixture's console is. */
export const ORIGIN = "http://localhost:3000";

/** Where a provider sends browsers back to. */
export const CALLBACK = `${ORIGIN}/api/auth/callback/oidc`;

/** A browser in front of the console of a fixture. */
export function browserAt(fixture: Fixture): HttpBrowser {
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
export async function press(browser: HttpBrowser, query = ""): Promise<URL> {
  const page = `${ORIGIN}/sign-in`;
  const csrf = await browser.send(`${ORIGIN}/api/auth/csrf`, {}, page);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const body = new URLSearchParams({ csrfToken, callbackUrl: `${ORIGIN}/keys`, json: "true" });
  const init = { method: "POST", body };
  const answer = await browser.send(`${ORIGIN}/api/auth/signin/oidc${query}`, init, page);
  return new URL(((await answer.json()) as { url: string }).url);
}

/** Signs in to the honest provider and consents. @returns the address to which it sends the browser back */
export async function passProvider(browser: HttpBrowser, subject: string): Promise<URL> {
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

/** How a sign-in by a provider ended. */
export interface Outcome {
  browser: HttpBrowser;
  /** Where it ended, as a path. */
  path: string;
  principal: AdminPrincipal | null;
}

/** Comes back from the provider. */
export async function finish(fixture: Fixture, browser: HttpBrowser, back: URL): Promise<Outcome> {
  const { url } = await browser.go(back.href, { from: "https://id.example" });
  const token = browser.cookies(ORIGIN).get("next-auth.session-token") ?? "";
  return { browser, path: url.pathname + url.search, principal: await holderOf(fixture, token) };
}

/** Whom a session's cookie signs in. */
export function holderOf(fixture: Fixture, token: string | undefined): Promise<AdminPrincipal | null> {
  const headers = new Headers({ cookie: `next-auth.session-token=${token}` });
  return principalOf(fixture.runtime, headers, requestMetaOf(fixture.runtime, headers));
}

/** The sign-in page with its reason. */
export const refusal = (code: string) => `/sign-in?error=${code}&provider=oidc`;

/** What the audit holds of somebody, oldest first. */
export async function recorded(fixture: Fixture, name: string): Promise<Partial<AuditEventView>[]> {
  const { data } = await listAuditEvents(fixture.context(), { limit: 100 });
  const about = data.filter(({ subjectName, actor }) => [subjectName, actor].includes(name));
  return about.reverse().map(({ actor, action, before, after }) => ({ actor, action, before, after }));
}

/** The claims of an account whose address is verified. */
export const verified = (email: string, more: object = {}) => ({ email, email_verified: true, ...more });
