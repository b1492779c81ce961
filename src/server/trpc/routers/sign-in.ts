import { linkSchema, requestPasswordResetSchema, resetOwnPasswordSchema } from "@/contracts/admin-links";
import { waysToSignIn } from "@/server/auth/providers/configured";
import { notFound } from "@/server/core/errors";
import { confirmEmailChange, requestPasswordReset, resetOwnPassword } from "@/server/services/admins";
import { publicProcedure, router } from "../trpc";

/** For those who are not signed in, or cannot. */
export const signInRouter = router({
  /** What the sign-in page offers. Says nothing of anybody. */
  ways: publicProcedure.query(({ ctx }) => waysToSignIn(ctx.runtime)),
  requestPasswordReset: publicProcedure.input(requestPasswordResetSchema).mutation(async ({ ctx, input }) => {
    if (!waysToSignIn(ctx.runtime).passwordReset) throw notFound();
    await requestPasswordReset(ctx.service, input);
    return { done: true as const };
  }),
  resetPassword: publicProcedure.input(resetOwnPasswordSchema).mutation(async ({ ctx, input }) => {
    if (!waysToSignIn(ctx.runtime).passwordReset) throw notFound();
    await resetOwnPassword(ctx.service, input);
    return { done: true as const };
  }),
  confirmEmail: publicProcedure
    .input(linkSchema)
    .mutation(({ ctx, input }) => confirmEmailChange(ctx.service, input, ctx.principal?.sessionId)),
});
