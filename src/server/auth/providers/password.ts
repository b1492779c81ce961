import CredentialsProvider from "next-auth/providers/credentials";
import { signInSchema } from "@/contracts/admins";
import type { Runtime } from "@/server/runtime/runtime";
import { signIn } from "@/server/services/admins";
import { type AuthVisit, endVisitedSession, refusedSignIn, signInContext } from "../visit";

/** Sign-in with e-mail and password, and a code of the second factor where there is one. */
export function passwordProvider(runtime: Runtime, visit: AuthVisit) {
  return CredentialsProvider({
    name: "E-mail and password",
    credentials: {
      email: { label: "Email", type: "email" },
      password: { label: "Password", type: "password" },
      code: { label: "Code", type: "text" },
    },
    authorize: (credentials) => authorizeCredentials(runtime, visit, credentials),
  });
}

async function authorizeCredentials(runtime: Runtime, visit: AuthVisit, credentials: unknown) {
  const input = signInSchema.safeParse(pickCredentials(credentials));
  if (!input.success) return null;
  try {
    const answer = await signIn(signInContext(runtime, visit), input.data);
    if (answer && "asks" in answer) throw new CodeAskedError(answer.wrong);
    if (answer) await endVisitedSession(runtime, visit);
    return answer;
  } catch (error) {
    if (error instanceof CodeAskedError) throw error;
    throw refusedSignIn(runtime, visit, error);
  }
}

/** Text that the sign-in page reads: the password is right, and a code is asked for. */
class CodeAskedError extends Error {
  constructor(wrong: boolean) {
    super(wrong ? "wrong_code" : "code_asked");
  }
}

/** NextAuth adds fields of its own (csrfToken, callbackUrl) to what the form sends. */
function pickCredentials(credentials: unknown): unknown {
  const { email, password, code } = (credentials ?? {}) as Record<string, unknown>;
  return { email, password, ...(code === undefined || code === "" ? {} : { code }) };
}
