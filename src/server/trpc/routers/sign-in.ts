import { waysToSignIn } from "@/server/auth/providers/configured";
import { publicProcedure, router } from "../trpc";

export const signInRouter = router({
  /** What the sign-in page offers. Says nothing of anybody. */
  ways: publicProcedure.query(({ ctx }) => waysToSignIn(ctx.runtime.env)),
});
