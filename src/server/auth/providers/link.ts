import CredentialsProvider from "next-auth/providers/credentials";
import { linkSchema } from "@/contracts/schemas/admin-links";
import { isAppError } from "@/server/core/errors";
import type { Runtime } from "@/server/runtime/runtime";
import { signInByLink } from "@/server/services/admins";
import { type AuthVisit, endVisitedSession, refusedSignIn, signInContext } from "../visit";

/** Sign-in with a single-use link of the command line. */
export function linkProvider(runtime: Runtime, visit: AuthVisit) {
  return CredentialsProvider({
    id: "link",
    name: "Link of the command line",
    credentials: { token: { label: "Token", type: "text" } },
    async authorize(credentials) {
      const input = linkSchema.safeParse({ token: credentials?.token });
      if (!input.success) return null;
      try {
        const signedIn = await signInByLink(signInContext(runtime, visit), input.data);
        await endVisitedSession(runtime, visit);
        return signedIn;
      } catch (error) {
        if (isAppError(error) && error.code === "not_found") return null;
        throw refusedSignIn(runtime, visit, error);
      }
    },
  });
}
