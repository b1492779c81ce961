import type { ENVIRONMENTS } from "./environments";
import type { EnvironmentRole, Role } from "./roles";

/** What can sign people in instead of a password. */
export const SIGN_IN_PROVIDERS = ["oidc", "google", "github"] as const;
export type SignInProvider = (typeof SIGN_IN_PROVIDERS)[number];

/** One of them, as the button of the sign-in page names it. */
export interface OfferedProvider {
  id: SignInProvider;
  name: string;
}

/** How people sign in to this installation. */
export interface WaysToSignIn {
  /** False: `PASSWORD_SIGN_IN` is off. Passkeys sign nobody in then either: who gets in is the provider's to say. */
  password: boolean;
  /** Whether a link for a new password can be mailed. */
  passwordReset: boolean;
  providers: OfferedProvider[];
}

/** Why somebody whom a provider vouched for is not let in. The sign-in page has the sentence for each. */
export const PROVIDER_REFUSALS = [
  "unverified",
  "unknown",
  "deactivated",
  "other_account",
  "no_group",
] as const;
export type ProviderRefusal = (typeof PROVIDER_REFUSALS)[number];

/** An account at a provider that signs an administrator in. */
export interface LinkedIdentity {
  issuer: string;
  /** The address that the account had at its last sign-in. */
  email: string;
  linkedAt: string;
  lastSignInAt: string;
}

/** How somebody signs in themselves. */
export interface OwnSignIn {
  /** False: by a provider alone. */
  hasPassword: boolean;
  identities: LinkedIdentity[];
}

/** A group at the provider, `*` being everybody, and the role that it gives: everywhere, or in one environment. */
export type RoleMapping = { group: string } & (
  | { role: Role; environment: null }
  | { role: EnvironmentRole; environment: (typeof ENVIRONMENTS)[number] }
);
