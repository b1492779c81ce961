import GithubProvider from "next-auth/providers/github";
import type { OAuthConfig } from "next-auth/providers/oauth";
import * as z from "zod";
import { type ProviderClaims, type ProviderProfile, profileOf } from "./claims";
import { PROVIDER_TIMEOUT_MS } from "./oidc";

const API = "https://api.github.com";

const accountSchema = z.object({ id: z.int(), name: z.string().nullish(), login: z.string() });
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/**
 * Sign-in with GitHub, which is no OpenID Connect provider: who it is, is asked of its API. Neither the login nor the
 * address on the profile counts, which anybody can set; the id does, and the primary address if GitHub has verified it.
 * @param api where GitHub's API is
 */
export function githubProvider(
  clientId: string,
  clientSecret: string,
  api = API,
): OAuthConfig<ProviderProfile> {
  const { id, name, type, issuer, authorization, token } = GithubProvider({ clientId, clientSecret });
  return {
    id,
    name,
    type,
    issuer,
    authorization,
    token,
    clientId,
    clientSecret,
    checks: ["pkce", "state"],
    httpOptions: { timeout: PROVIDER_TIMEOUT_MS },
    userinfo: {
      request: async ({ tokens }) => profileOf(await githubPerson(String(tokens.access_token), api)),
    },
    profile: ({ sub }) => ({ id: sub }),
  };
}

/** @throws ZodError, and what fetch throws, where GitHub answers otherwise than it says it does */
export async function githubPerson(accessToken: string, api = API): Promise<ProviderClaims> {
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${api}${path}`, {
      headers: { Accept: "application/vnd.github+json", Authorization: `Bearer ${accessToken}` },
      signal: AbortSignal.timeout(PROVIDER_TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to ${path}.`);
    return answer.json();
  };
  const [account, emails] = await Promise.all([ask("/user"), ask("/user/emails")]);
  const { id, name, login } = accountSchema.parse(account);
  const primary = emailsSchema.parse(emails).find((one) => one.primary);
  return {
    issuer: "https://github.com",
    subject: String(id),
    email: primary?.email ?? null,
    emailVerified: primary?.verified ?? false,
    domain: null,
    name: name ?? login,
    // GitHub does not say, and cannot be asked to have somebody sign in there anew.
    authenticatedAt: null,
    groups: null,
  };
}
