import type { AuthenticationResponseJSON } from "@simplewebauthn/browser";
import { PASSKEY_REFUSALS, type PasskeyRefusal } from "@/contracts/passkeys";
import type { SecondFactorWay } from "@/contracts/second-factor";
import type { SignInProvider } from "@/contracts/single-sign-on";

/** How an attempt to sign in ended without one. */
export type SignInFailure =
  | { kind: "wrong" }
  /** The password is right; a second factor is asked for. `refused`: what was wrong with the one that came. */
  | { kind: "second_factor"; ways: SecondFactorWay[]; refused: "code" | PasskeyRefusal | null }
  | { kind: "passkey"; refused: PasskeyRefusal }
  /** It was not even sent. */
  | { kind: "told"; text: string }
  | { kind: "slow_down"; seconds: number }
  | { kind: "failed" };

/** How an attempt to sign in ended. */
export type SignInOutcome = { kind: "ok" } | SignInFailure;

export interface Credentials {
  email: string;
  password: string;
  /** Of the second factor, once it was asked for: a code, or what a passkey has answered. */
  code?: string;
  passkey?: AuthenticationResponseJSON;
}

/** Tries e-mail and password. The server says no more than that they do not fit together, and neither does this. */
export async function attemptSignIn({ passkey, ...credentials }: Credentials): Promise<SignInOutcome> {
  const fields = passkey ? { ...credentials, ...asField(passkey) } : credentials;
  return outcomeOf(await post("callback/credentials", fields));
}

/** Tries a passkey alone. */
export async function attemptPasskey(passkey: AuthenticationResponseJSON): Promise<SignInOutcome> {
  return outcomeOf(await post("callback/passkey", asField(passkey)));
}

/** The answer of a passkey as a field of a form. */
const asField = (passkey: AuthenticationResponseJSON) => ({ passkey: JSON.stringify(passkey) });

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
  const [, ways, refused] = /^second_factor:([a-z,]+):(\w*)$/.exec(error) ?? [];
  if (ways)
    return {
      kind: "second_factor",
      ways: ways.split(",").filter(isWay),
      refused: refused === "code" ? "code" : refused ? refusalIn(refused) : null,
    };
  const [, why] = /^passkey:(\w+)$/.exec(error) ?? [];
  if (why) return { kind: "passkey", refused: refusalIn(why) };
  const [, seconds] = /^slow_down:(\d+)$/.exec(error) ?? [];
  if (seconds) return { kind: "slow_down", seconds: Number(seconds) };
  return { kind: error === "CredentialsSignin" ? "wrong" : "failed" };
}

const isWay = (text: string): text is SecondFactorWay => text === "app" || text === "passkey";

/** One that this page does not know, of a newer server, is as good as any. */
function refusalIn(text: string): PasskeyRefusal {
  return Object.hasOwn(PASSKEY_REFUSALS, text) ? (text as PasskeyRefusal) : "forged";
}

/**
 * Loads a page anew, so that nothing drawn for nobody, or for somebody else, stays in the router's cache. Never comes back:
 * the form that waits for it stays busy until its page is gone.
 */
export function load(address: string): Promise<never> {
  window.location.assign(address);
  return new Promise(() => undefined);
}
