import CredentialsProvider from "next-auth/providers/credentials";
import { signInSchema } from "@/contracts/admins";
import type { Runtime } from "@/server/runtime/runtime";
import { signIn } from "@/server/services/admins";
import { type AuthVisit, endVisitedSession, refusedSignIn, signInContext } from "../visit";

/** Sign-in with e-mail and password. */
export function passwordProvider(runtime: Runtime, visit: AuthVisit) {
  return CredentialsProvider({
    name: "E-mail and password",
    credentials: {
      email: { label: "Email", type: "email" },
      password: { label: "Password", type: "password" },
    },
    authorize: (credentials) => authorizeCredentials(runtime, visit, credentials),
  });
}

async function authorizeCredentials(runtime: Runtime, visit: AuthVisit, credentials: unknown) {
  const input = signInSchema.safeParse(pickCredentials(credentials));
  if (!input.success) return null;
  try {
    const signedIn = await signIn(signInContext(runtime, visit), input.data);
    if (signedIn) await endVisitedSession(runtime, visit);
    return signedIn;
  } catch (error) {
    throw refusedSignIn(runtime, visit, error);
  }
}

/** NextAuth adds fields of its own (csrfToken, callbackUrl) to what the form sends. */
function pickCredentials(credentials: unknown): unknown {
  const { email, password } = (credentials ?? {}) as Record<string, unknown>;
  return { email, password };
}
