import CredentialsProvider from "next-auth/providers/credentials";
import { signInByPasskeySchema } from "@/contracts/schemas/passkeys";
import type { Runtime } from "@/server/runtime/runtime";
import { signInByPasskey } from "@/server/services/admins";
import { type AuthVisit, endVisitedSession, refusedSignIn, signInContext } from "../visit";

/** Sign-in with a passkey alone, which is two factors in one. */
export function passkeyProvider(runtime: Runtime, visit: AuthVisit) {
  return CredentialsProvider({
    id: "passkey",
    name: "Passkey",
    credentials: { passkey: { label: "Passkey", type: "text" } },
    async authorize(credentials) {
      const input = signInByPasskeySchema.safeParse(passkeyIn(credentials?.passkey, visit));
      if (!input.success) throw new PasskeyRefusedError("forged");
      try {
        const answer = await signInByPasskey(signInContext(runtime, visit), input.data);
        if ("refused" in answer) throw new PasskeyRefusedError(answer.refused);
        await endVisitedSession(runtime, visit);
        return answer;
      } catch (error) {
        if (error instanceof PasskeyRefusedError) throw error;
        throw refusedSignIn(runtime, visit, error);
      }
    },
  });
}

/** Text that the sign-in page reads (lib/sign-in.ts). */
class PasskeyRefusedError extends Error {
  constructor(why: string) {
    super(`passkey:${why}`);
  }
}

/**
 * What a form has of a passkey, with the challenge of this browser, whose cookie is gone after its time. The answer is JSON in
 * a field, as NextAuth takes texts alone.
 */
export function passkeyIn(
  field: unknown,
  { challengeToken = "" }: Pick<AuthVisit, "challengeToken">,
): unknown {
  try {
    return { passkey: JSON.parse(String(field)), challengeToken };
  } catch {
    return { passkey: null, challengeToken };
  }
}
