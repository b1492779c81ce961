import { isAppError } from "@/server/core/errors";
import { contextFor, type RequestMeta, type Runtime } from "@/server/runtime/runtime";
import type { SignedIn } from "@/server/services/admins";
import { type SessionCredential, signOut } from "@/server/services/sessions";

/** One request to NextAuth. */
export interface AuthVisit {
  /** For the limits on guessing. */
  meta: RequestMeta;
  /** The session that the browser shows, if it counts or not. */
  credential: SessionCredential | null;
  /** Of the browser's cookie: which challenge a passkey may answer here. */
  challengeToken?: string | undefined;
  /** How long a session lasts that is started now: the browser drops the cookie then, as it is worth nothing any more. */
  sessionDays?: number;
  /** Whom a provider has signed in. NextAuth would make somebody of its own of what the provider says. */
  signedIn?: SignedIn;
  /** Why the session could not be ended. NextAuth would swallow it, and say that it was. */
  failure?: unknown;
}

/** The context of the verbs that a sign-in is made of, before it is known who it is. */
export function signInContext(runtime: Runtime, { meta }: Pick<AuthVisit, "meta">) {
  return contextFor(runtime, { kind: "system", name: "sign-in" }, meta);
}

/** Ends the session whose place a new one takes, and which nobody could sign out any more, or the one that is signed out. */
export async function endVisitedSession(runtime: Runtime, visit: AuthVisit): Promise<void> {
  if (visit.credential) await signOut(signInContext(runtime, visit), visit.credential);
}

/** What the sign-in page is told of an attempt that was not even looked at, or could not be; the log has the cause. */
export function refusedSignIn(runtime: Runtime, { meta }: AuthVisit, error: unknown): Error {
  if (isAppError(error) && error.code === "rate_limited")
    return new Error(`slow_down:${error.extensions.retryAfter}`);
  runtime.logger.error({ err: error, requestId: meta.requestId }, "A sign-in failed");
  return new Error("unavailable");
}
