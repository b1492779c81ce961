import type { OAuthConfig } from "next-auth/providers/oauth";
import type { SignInProvider, WaysToSignIn } from "@/contracts/single-sign-on";
import { AppError } from "@/server/core/errors";
import type { Runtime } from "@/server/runtime/runtime";
import type { Admission } from "@/server/services/admins";
import type { ProviderProfile } from "./claims";
import { githubProvider } from "./github";
import { googleProvider } from "./google";
import { domainOfAddress, oidcProvider } from "./oidc";

/** The providers that the settings name, in the order of their buttons. */
export function configuredProviders(env: Runtime["env"]): OAuthConfig<ProviderProfile>[] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  const { GOOGLE_ID, GOOGLE_SECRET, GITHUB_ID, GITHUB_SECRET } = env;
  return [
    ...(issuer && clientId && clientSecret
      ? [
          oidcProvider({
            id: "oidc",
            name: env.OIDC_NAME,
            issuer,
            clientId,
            clientSecret,
            trustsEmails: env.OIDC_EMAILS_TRUSTED_OF === issuer,
            rolesClaim: env.OIDC_ROLES_CLAIM,
            domainOf: domainOfAddress,
          }),
        ]
      : []),
    ...(GOOGLE_ID && GOOGLE_SECRET ? [googleProvider(GOOGLE_ID, GOOGLE_SECRET)] : []),
    ...(GITHUB_ID && GITHUB_SECRET ? [githubProvider(GITHUB_ID, GITHUB_SECRET)] : []),
  ];
}

/** The same for the sign-in page. */
export function waysToSignIn({ env, mailer }: Pick<Runtime, "env" | "mailer">): WaysToSignIn {
  const password = env.PASSWORD_SIGN_IN === "on";
  return {
    password,
    passwordReset: password && mailer !== null,
    providers: configuredProviders(env).map(({ id, name }) => ({ id: id as SignInProvider, name })),
  };
}

/** The refusal of whatever takes what is off, or makes one to sign in with. */
export function factorIsOff(factor: "password" | "passkey"): AppError {
  return new AppError("permission_denied", `Nobody signs in with a ${factor} here.`);
}

/** Whom one of them lets in. Groups are those of OIDC_ISSUER: no other provider names any. */
export function admissionBy(env: Runtime["env"], providerId: string): Admission {
  return {
    domains: env.SSO_ALLOWED_DOMAINS ?? [],
    defaultRole: env.SSO_DEFAULT_ROLE,
    roleMap: providerId === "oidc" ? (env.OIDC_ROLE_MAP ?? null) : null,
  };
}
