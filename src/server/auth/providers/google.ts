import type { OAuthConfig } from "next-auth/providers/oauth";
import type { ProviderProfile } from "./claims";
import { oidcProvider } from "./oidc";

/**
 * Sign-in with Google. It speaks for a domain where it runs that domain's accounts (the claim `hd`): of any other address it
 * knows only that it was somebody's once.
 */
export function googleProvider(clientId: string, clientSecret: string): OAuthConfig<ProviderProfile> {
  return oidcProvider({
    id: "google",
    name: "Google",
    issuer: "https://accounts.google.com",
    clientId,
    clientSecret,
    domainOf: ({ hd }) => (typeof hd === "string" ? hd : null),
  });
}
