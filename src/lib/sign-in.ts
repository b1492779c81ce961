import type { SignInProvider } from "@/contracts/single-sign-on";

/** How an attempt to sign in ended without one. */
export type SignInFailure =
  | { kind: "wrong" }
  /** The password is right; a code of the second factor is asked for. */
  | { kind: "code"; wrong: boolean }
  | { kind: "slow_down"; seconds: number }
  | { kind: "failed" };

/** How an attempt to sign in ended. */
export type SignInOutcome = { kind: "ok" } | SignInFailure;

export interface Credentials {
  email: string;
  password: string;
  /** Of the second factor, once it was asked for. */
  code?: string;
}

/** Tries e-mail and password. The server says no more than that they do not fit together, and neither does this. */
export async function attemptSignIn({ email, password, code }: Credentials): Promise<SignInOutcome> {
  return outcomeOf(
    await post("callback/credentials", { email, password, ...(code === undefined ? {} : { code }) }),
  );
}

/** Signs in whose password was just set, and goes on to a page of the console. */
export async function signInWithNewPassword(credentials: Credentials, next: string): Promise<never> {
  const outcome = await attemptSignIn(credentials);
  // The password is set either way; if only the signing in failed, its own page says how.
  return load(outcome.kind === "ok" ? next : `/sign-in?${new URLSearchParams({ callbackUrl: next })}`);
}

/** Tries the token of a link of the command line. */
export async function attemptLink(token: string): Promise<SignInOutcome> {
  return outcomeOf(await post("callback/link", { token }));
}

/**
 * Takes the browser to a provider, to be signed in there, and then to `next`.
 * @returns why that could not be begun; else never: the page is about to go
 */
export async function beginSignIn(provider: SignInProvider, next: string): Promise<SignInFailure> {
  const answer = await post(`signin/${provider}`, { callbackUrl: next });
  return answer instanceof URL ? load(answer.href) : answer;
}

/**
 * Sends a form to NextAuth. Not by its own client, which leaves the page for one that says nothing where the network is
 * away, and takes our refusal of too many attempts for a success.
 * @returns where it would have a browser go on
 */
async function post(action: string, fields: Record<string, string>): Promise<URL | SignInFailure> {
  try {
    const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
    const body = new URLSearchParams({ ...fields, csrfToken, json: "true" });
    const answer = await fetch(`/api/auth/${action}`, { method: "POST", body });
    const wait = answer.headers.get("retry-after");
    if (wait) return { kind: "slow_down", seconds: Number(wait) };
    const { url } = await answer.json();
    return new URL(url);
  } catch {
    return { kind: "failed" };
  }
}

/** What the address to go on to says of an attempt. */
function outcomeOf(answer: URL | SignInFailure): SignInOutcome {
  if (!(answer instanceof URL)) return answer;
  const error = answer.searchParams.get("error");
  if (error === null) return { kind: "ok" };
  const [asked, refused] = /^second_factor:[a-z,]+:(\w*)$/.exec(error) ?? [];
  if (asked) return { kind: "code", wrong: refused !== "" };
  const [, seconds] = /^slow_down:(\d+)$/.exec(error) ?? [];
  if (seconds) return { kind: "slow_down", seconds: Number(seconds) };
  return { kind: error === "CredentialsSignin" ? "wrong" : "failed" };
}

/**
 * Loads a page anew, so that nothing drawn for nobody, or for somebody else, stays in the router's cache. Never comes back:
 * the form that waits for it stays busy until its page is gone.
 */
export function load(address: string): Promise<never> {
  window.location.assign(address);
  return new Promise(() => undefined);
}
