import type { AuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { signInSchema } from "@/contracts/admins";
import { DAY_MS } from "@/contracts/durations";
import { sessionLifetimesSchema } from "@/contracts/settings";
import { isAppError } from "@/server/core/errors";
import { contextFor, type RequestMeta, type Runtime } from "@/server/runtime/runtime";
import { type SignedIn, signIn } from "@/server/services/admins";
import { type SessionCredential, signOut } from "@/server/services/sessions";
import { usesSecureCookies } from "./session-cookie";

/** Error text that the sign-in page reads: how many seconds to wait. */
const SLOW_DOWN = "slow_down";

const DEFAULT_SESSION_DAYS = sessionLifetimesSchema.parse({}).sessionDays;
const DAY_SECONDS = DAY_MS / 1_000;

/** One request to NextAuth. */
export interface AuthVisit {
  /** For the limits on guessing. */
  meta: RequestMeta;
  /** The session that the browser shows, if it counts or not. */
  credential: SessionCredential | null;
  /** How long a session lasts that is started now: the browser drops the cookie then, as it is worth nothing any more. */
  sessionDays?: number;
  /** Why the session could not be ended. NextAuth would swallow it, and say that it was. */
  failure?: unknown;
}

/**
 * NextAuth for the console: it reads the form, checks its token against forgery, and sets and clears the cookie. What a
 * session is, and when it ends, is in the database (services/sessions).
 */
export function authOptions(runtime: Runtime, visit: AuthVisit): AuthOptions {
  return {
    secret: runtime.sessionSecret,
    useSecureCookies: usesSecureCookies(runtime),
    session: { strategy: "jwt", maxAge: (visit.sessionDays ?? DEFAULT_SESSION_DAYS) * DAY_SECONDS },
    // The cookie is the session's token and nothing else, so that a leaked NEXTAUTH_SECRET makes no sessions.
    jwt: {
      encode: ({ token }) => String(token?.sessionToken),
      decode: ({ token }) => ({ sessionToken: token }),
    },
    // All of them ours: NextAuth's own come without our headers.
    pages: { signIn: "/sign-in", error: "/sign-in", verifyRequest: "/sign-in", signOut: "/" },
    providers: [
      CredentialsProvider({
        name: "E-mail and password",
        credentials: {
          email: { label: "Email", type: "email" },
          password: { label: "Password", type: "password" },
        },
        authorize: (credentials) => authorizeCredentials(runtime, visit, credentials),
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        // `user` is there at sign-in only: what authorize returned.
        return user ? { sessionToken: (user as unknown as SignedIn).token } : token;
      },
    },
    events: {
      async signOut() {
        visit.failure = await endVisitedSession(runtime, visit).catch((error: unknown) => error);
      },
    },
  };
}

async function authorizeCredentials(runtime: Runtime, visit: AuthVisit, credentials: unknown) {
  const input = signInSchema.safeParse(pickCredentials(credentials));
  if (!input.success) return null;
  const { meta } = visit;
  try {
    const signedIn = await signIn(contextFor(runtime, { kind: "system", name: "sign-in" }, meta), input.data);
    // The new cookie takes the place of the old one, which nobody could sign out any more.
    if (signedIn) await endVisitedSession(runtime, visit);
    return signedIn;
  } catch (error) {
    if (isAppError(error) && error.code === "rate_limited")
      throw new Error(`${SLOW_DOWN}:${error.extensions.retryAfter}`);
    runtime.logger.error({ err: error, requestId: meta.requestId }, "A sign-in failed");
    throw new Error("unavailable");
  }
}

/** NextAuth adds fields of its own (csrfToken, callbackUrl) to what the form sends. */
function pickCredentials(credentials: unknown): unknown {
  const { email, password } = (credentials ?? {}) as Record<string, unknown>;
  return { email, password };
}

async function endVisitedSession(runtime: Runtime, { meta, credential }: AuthVisit): Promise<void> {
  if (!credential) return;
  await signOut(contextFor(runtime, { kind: "system", name: "sign-in" }, meta), credential);
}
