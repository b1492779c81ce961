import type { SignInResponse } from "next-auth/react";
import type { SignInProvider } from "@/contracts/single-sign-on";

/** How an attempt to sign in ended. */
export type SignInOutcome =
  | { kind: "ok" }
  | { kind: "wrong" }
  /** The password is right; a code of the second factor is asked for. */
  | { kind: "code"; wrong: boolean }
  | { kind: "slow_down"; seconds: number }
  | { kind: "failed" };

export interface Credentials {
  email: string;
  password: string;
  /** Of the second factor, once it was asked for. */
  code?: string;
}

/** Tries e-mail and password. The server says no more than that they do not fit together, and neither does this. */
export async function attemptSignIn(credentials: Credentials): Promise<SignInOutcome> {
  // Loaded when asked for: no page needs it to be drawn.
  const { signIn } = await import("next-auth/react");
  return outcomeOf(() => signIn("credentials", { redirect: false, ...credentials }));
}

/** Signs in whose password was just set, and goes on to a page of the console. */
export async function signInWithNewPassword(credentials: Credentials, next: string): Promise<never> {
  const outcome = await attemptSignIn(credentials);
  // The password is set either way; if only the signing in failed, its own page says how.
  return load(outcome.kind === "ok" ? next : `/sign-in?${new URLSearchParams({ callbackUrl: next })}`);
}

/** Tries the token of a link of the command line. */
export async function attemptLink(token: string): Promise<SignInOutcome> {
  const { signIn } = await import("next-auth/react");
  return outcomeOf(() => signIn("link", { redirect: false, token }));
}

async function outcomeOf(attempt: () => Promise<SignInResponse | undefined>): Promise<SignInOutcome> {
  const result = await attempt().catch(() => undefined);
  if (result?.ok && !result.error) return { kind: "ok" };
  const secondFactor = /^second_factor:[a-z,]+:(\w*)$/.exec(result?.error ?? "");
  if (secondFactor) return { kind: "code", wrong: secondFactor[1] !== "" };
  const slowDown = /^slow_down:(\d+)$/.exec(result?.error ?? "");
  if (slowDown) return { kind: "slow_down", seconds: Number(slowDown[1]) };
  return { kind: result?.error === "CredentialsSignin" ? "wrong" : "failed" };
}

/**
 * Takes the browser to a provider, to be signed in there, and then to `next`.
 * @returns false where it could not be begun; else the page is about to go
 */
export async function beginSignIn(provider: SignInProvider, next: string): Promise<boolean> {
  const { signIn } = await import("next-auth/react");
  return signIn(provider, { callbackUrl: next }).then(
    () => true,
    () => false,
  );
}

/**
 * Loads a page anew, so that nothing drawn for nobody, or for somebody else, stays in the router's cache. Never comes back:
 * the form that waits for it stays busy until its page is gone.
 */
export function load(path: string): Promise<never> {
  window.location.assign(path);
  return new Promise(() => undefined);
}
