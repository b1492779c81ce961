import type { Account, AuthOptions, Profile } from "next-auth";
import { DAY_MS } from "@/contracts/durations";
import { sessionLifetimesSchema } from "@/contracts/schemas/settings";
import { cleaned } from "@/contracts/text";
import type { Runtime } from "@/server/runtime/runtime";
import { type SignedIn, signInByProvider } from "@/server/services/admins";
import type { ProviderProfile } from "./providers/claims";
import { admissionBy, configuredProviders } from "./providers/configured";
import { linkProvider } from "./providers/link";
import { passkeyProvider } from "./providers/passkey";
import { passwordProvider } from "./providers/password";
import { usesSecureCookies } from "./session-cookie";
import { type AuthVisit, endVisitedSession, refusedSignIn, signInContext } from "./visit";

const DEFAULT_SESSION_DAYS = sessionLifetimesSchema.parse({}).sessionDays;
const DAY_SECONDS = DAY_MS / 1_000;

/** Of what a provider says of a failure, in the log. */
const MAX_REASON = 300;

/**
 * NextAuth for the console: it reads the form, checks its token against forgery, sends to providers and reads what they
 * answer, and sets and clears the cookie. What a session is, and when it ends, is in the database (services/sessions).
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
      ...(runtime.env.PASSWORD_SIGN_IN === "on"
        ? [passwordProvider(runtime, visit), passkeyProvider(runtime, visit)]
        : []),
      linkProvider(runtime, visit),
      ...configuredProviders(runtime.env),
    ],
    callbacks: {
      signIn: ({ account, profile }) =>
        account?.type === "oauth" ? admit(runtime, visit, account, profile) : true,
      jwt({ token, user }) {
        // `user` is there at sign-in only: what authorize returned, or what a provider says, which is nobody here.
        return user ? { sessionToken: (visit.signedIn ?? (user as unknown as SignedIn)).token } : token;
      },
    },
    events: {
      async signOut() {
        visit.failure = await endVisitedSession(runtime, visit).catch((error: unknown) => error);
      },
    },
    logger: {
      error: (code, metadata) => reportFailure(runtime, visit, code, metadata),
      warn: () => undefined,
      debug: () => undefined,
    },
  };
}

/** Lets in whom a provider vouches for. @returns true, or the address of the page that says why not */
async function admit(
  runtime: Runtime,
  visit: AuthVisit,
  { provider }: Account,
  profile: Profile | undefined,
): Promise<true | string> {
  const refusal = (code: string) => `/sign-in?${new URLSearchParams({ error: code, provider })}`;
  try {
    const { person } = profile as ProviderProfile;
    const outcome = await signInByProvider(
      signInContext(runtime, visit),
      person,
      admissionBy(runtime.env, provider),
    );
    if ("refused" in outcome) return refusal(outcome.refused);
    await endVisitedSession(runtime, visit);
    visit.signedIn = outcome;
    return true;
  } catch (error) {
    return refusal(refusedSignIn(runtime, visit, error).message);
  }
}

/**
 * What NextAuth reports of a sign-in that failed, in one line. The errors themselves carry the provider's whole answer,
 * tokens included, and some of their words are a stranger's, from the address.
 */
function reportFailure(runtime: Runtime, { meta }: AuthVisit, code: string, metadata: unknown): void {
  const { error, providerId } = (metadata ?? {}) as { error?: unknown; providerId?: unknown };
  const cause = error ?? metadata;
  const reason = cleaned((cause instanceof Error ? cause.message : "").slice(0, MAX_REASON));
  runtime.logger.warn(
    { code, provider: providerId, reason, requestId: meta.requestId },
    "A sign-in failed at its provider, or on the way back",
  );
}
