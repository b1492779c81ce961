import type { AuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { signInSchema } from "@/contracts/admins";
import type { Id } from "@/contracts/ids";
import { isAppError } from "@/server/core/errors";
import { contextFor, type Origin, type Platform } from "@/server/platform";
import { type SignedIn, signIn } from "@/server/services/admins";

const SESSION_SECONDS = 12 * 60 * 60;

/** Error text that the sign-in page reads: how many seconds to wait. */
const SLOW_DOWN = "slow_down";

/**
 * NextAuth for the console. The cookie holds only which administrator and which session version; role and e-mail are
 * read from the database on each request (services/admins/session.ts).
 * @param origin of the request that signs in, for the limits on guessing
 */
export function authOptions(platform: Platform, origin: Origin): AuthOptions {
  return {
    secret: platform.sessionSecret,
    useSecureCookies: usesSecureCookies(platform),
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      CredentialsProvider({
        name: "E-mail and password",
        credentials: {
          email: { label: "Email", type: "email" },
          password: { label: "Password", type: "password" },
        },
        authorize: (credentials) => authorizeCredentials(platform, origin, credentials),
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        // `user` is there at sign-in only: what authorize returned.
        if (user) return { sub: user.id, sessionVersion: (user as unknown as SignedIn).sessionVersion };
        return token;
      },
    },
  };
}

/** Secure cookies where the deployment is reached over HTTPS; on a laptop's plain HTTP a browser would drop them. */
export function usesSecureCookies(platform: Platform): boolean {
  return platform.baseUrl.startsWith("https://");
}

async function authorizeCredentials(platform: Platform, origin: Origin, credentials: unknown) {
  const input = signInSchema.safeParse(pickCredentials(credentials));
  if (!input.success) return null;
  try {
    return await signIn(contextFor(platform, { kind: "system", name: "sign-in" }, origin), input.data);
  } catch (error) {
    if (isAppError(error) && error.code === "rate_limited")
      throw new Error(`${SLOW_DOWN}:${error.extensions.retryAfter}`);
    platform.logger.error({ err: error, requestId: origin.requestId }, "A sign-in failed");
    throw new Error("unavailable");
  }
}

/** NextAuth adds fields of its own (csrfToken, callbackUrl) to what the form sends. */
function pickCredentials(credentials: unknown): unknown {
  const { email, password } = (credentials ?? {}) as Record<string, unknown>;
  return { email, password };
}

/** Reads a session token back. Null for a cookie of another making. */
export function sessionOf(token: Record<string, unknown> | null): SignedIn | null {
  if (typeof token?.sub !== "string" || typeof token.sessionVersion !== "number") return null;
  return { id: token.sub as Id<"adm">, sessionVersion: token.sessionVersion };
}
