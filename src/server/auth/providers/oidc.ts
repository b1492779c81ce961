import type { OAuthConfig } from "next-auth/providers/oauth";
import { FRESH_FACTOR_MS } from "@/contracts/confirmation";
import { DAY_MS } from "@/contracts/durations";
import type { SignInProvider } from "@/contracts/single-sign-on";
import { type ProviderClaims, type ProviderProfile, profileOf } from "./claims";

/** How long an answer of the provider is waited for: somebody looks at a page meanwhile. */
export const PROVIDER_TIMEOUT_MS = 10_000;

const YEAR_SECONDS = (365 * DAY_MS) / 1_000;

/**
 * What asks a provider to have somebody show anew who they are, although they have a session there (OpenID Connect Core,
 * section 3.1.2.1). A wish: it goes through the browser, where it can be taken out, and not every provider grants it. Whether
 * it was granted is read from `auth_time`, in the signed ID token.
 */
export const REAUTHENTICATION = { prompt: "login", max_age: String(FRESH_FACTOR_MS / 1_000) } as const;

/** An OpenID Connect provider, as an installation's settings name it. */
export interface OidcSettings {
  id: SignInProvider;
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The claim that lists groups; undefined: none is asked for. */
  rolesClaim?: string | undefined;
  /** Whether an address counts of which the provider does not say if it is verified. */
  trustsEmails?: boolean;
  /** The domain for whose addresses the provider speaks, from the claims. */
  domainOf(claims: Claims): string | null;
}

/** The claims of an ID token or of the userinfo endpoint, of which nothing is taken for granted. */
export type Claims = Record<string, unknown>;

/**
 * Sign-in by the authorization code flow (OpenID Connect Core, section 3.1) with PKCE (RFC 7636), state and nonce. NextAuth
 * and openid-client check those, and of the ID token the signature, issuer, audience and time (section 3.1.3.7).
 */
export function oidcProvider(settings: OidcSettings): OAuthConfig<ProviderProfile> {
  const { id, name, issuer, clientId, clientSecret } = settings;
  return {
    id,
    name,
    type: "oauth",
    wellKnown: `${withoutSlash(issuer)}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    // With `max_age` the ID token has to hold `auth_time` (OpenID Connect Core, section 3.1.2.1): asked for by a bound that
    // nobody's session at a provider reaches, as a sign-in shall not take a second password.
    authorization: { params: { scope: "openid email profile", max_age: YEAR_SECONDS } },
    httpOptions: { timeout: PROVIDER_TIMEOUT_MS },
    userinfo: {
      async request({ client, tokens }) {
        const answered = tokens as Exclude<Parameters<typeof client.userinfo>[0], string>;
        const claimed: Claims = { ...answered.claims() };
        // openid-client compares the issuer with what discovery said it is; but that came from elsewhere, where one address
        // serves many issuers (Microsoft's `common`), of whom each vouches for any address.
        if (withoutSlash(String(claimed.iss)) !== withoutSlash(issuer))
          throw new Error(`The ID token is of the issuer ${String(claimed.iss)}, not of ${issuer}.`);
        // Many providers keep addresses out of the ID token. That userinfo is of the same subject is checked there
        // (OpenID Connect Core, section 5.3.2).
        const asked: Claims = client.issuer.metadata.userinfo_endpoint ? await client.userinfo(answered) : {};
        return profileOf(personOf(settings, claimed, asked));
      },
    },
    profile: ({ sub }) => ({ id: sub }),
  };
}

function personOf(
  { issuer, rolesClaim, trustsEmails = false, domainOf }: OidcSettings,
  claimed: Claims,
  asked: Claims,
): ProviderClaims {
  // Together from one of the two: that an address is verified says nothing of another address.
  const source = typeof claimed.email === "string" ? claimed : asked;
  const all = { ...asked, ...claimed };
  return {
    issuer: withoutSlash(issuer),
    subject: String(claimed.sub),
    email: typeof source.email === "string" ? source.email : null,
    emailVerified: isVerified(source, trustsEmails),
    domain: domainOf({ ...all, email: source.email }),
    name: typeof all.name === "string" ? all.name : "",
    // From the ID token alone, which is signed.
    authenticatedAt: typeof claimed.auth_time === "number" ? new Date(claimed.auth_time * 1_000) : null,
    groups: rolesClaim === undefined ? null : groupsIn(all, rolesClaim),
  };
}

/**
 * Whether the address is the person's. Microsoft Entra ID says nothing of that, and its `email` is whatever an administrator of
 * some tenant has typed: where silence counts as a yes, whoever has a tenant of their own signs in as anybody (nOAuth). So it
 * counts only where the operator names the one issuer whose word it is, and never against what is said: of an address whose
 * domain nobody there has shown to be theirs, Entra can say so in `xms_edov`.
 */
function isVerified({ email_verified, xms_edov }: Claims, trustsEmails: boolean): boolean {
  if (email_verified !== undefined) return email_verified === true;
  return trustsEmails && (xms_edov === undefined || [true, "true", 1, "1"].some((yes) => yes === xms_edov));
}

/** The domain of an address: for a provider that an organisation runs for its own people, which speaks for it. */
export function domainOfAddress({ email }: Claims): string | null {
  return typeof email === "string" ? email.slice(email.lastIndexOf("@") + 1) : null;
}

/** A claim by its name, or by its path within others (`realm_access.roles`); what is no text in it is left out. */
function groupsIn(claims: Claims, name: string): string[] {
  const found = Object.hasOwn(claims, name)
    ? claims[name]
    : name.split(".").reduce<unknown>((inner, part) => {
        return isClaims(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined;
      }, claims);
  return [found].flat().filter((group) => typeof group === "string");
}

function isClaims(value: unknown): value is Claims {
  return typeof value === "object" && value !== null;
}

/** Some providers end their issuer with a slash, and people leave it out. */
function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, "");
}
