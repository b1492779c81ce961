import CredentialsProvider from "next-auth/providers/credentials";
import { signInSchema } from "@/contracts/schemas/admins";
import type { Runtime } from "@/server/runtime/runtime";
import { type SecondFactorAsked, signIn } from "@/server/services/admins";
import { type AuthVisit, endVisitedSession, refusedSignIn, signInContext } from "../visit";
import { passkeyIn } from "./passkey";

/** Sign-in with e-mail and password, and a second factor where there is one. */
export function passwordProvider(runtime: Runtime, visit: AuthVisit) {
  return CredentialsProvider({
    name: "E-mail and password",
    credentials: {
      email: { label: "Email", type: "email" },
      password: { label: "Password", type: "password" },
      code: { label: "Code", type: "text" },
      passkey: { label: "Passkey", type: "text" },
    },
    authorize: (credentials) => authorizeCredentials(runtime, visit, credentials),
  });
}

async function authorizeCredentials(runtime: Runtime, visit: AuthVisit, credentials: unknown) {
  const input = signInSchema.safeParse(pickCredentials(credentials, visit));
  if (!input.success) return null;
  try {
    const answer = await signIn(signInContext(runtime, visit), input.data);
    if (answer && "ways" in answer) throw new SecondFactorAskedError(answer);
    if (answer) await endVisitedSession(runtime, visit);
    return answer;
  } catch (error) {
    if (error instanceof SecondFactorAskedError) throw error;
    throw refusedSignIn(runtime, visit, error);
  }
}

/** Text that the sign-in page reads (lib/sign-in.ts): the password is right, and a second factor is asked for. */
class SecondFactorAskedError extends Error {
  constructor({ ways, refused }: SecondFactorAsked) {
    super(`second_factor:${ways.join(",")}:${refused ?? ""}`);
  }
}

/** NextAuth adds fields of its own (csrfToken, callbackUrl) to what the form sends. */
function pickCredentials(credentials: unknown, visit: AuthVisit): unknown {
  const { email, password, code, passkey } = (credentials ?? {}) as Record<string, unknown>;
  return {
    email,
    password,
    ...(code === undefined || code === "" ? {} : { code }),
    ...(passkey === undefined || passkey === "" ? {} : { passkey: passkeyIn(passkey, visit) }),
  };
}
