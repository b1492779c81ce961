import { linkSchema, requestPasswordResetSchema, resetOwnPasswordSchema } from "@/contracts/admin-links";
import { challengeCookie } from "@/server/auth/challenge-cookie";
import { waysToSignIn } from "@/server/auth/providers/configured";
import { notFound } from "@/server/core/errors";
import { confirmEmailChange, requestPasswordReset, resetOwnPassword } from "@/server/services/admins";
import { askVisitorForPasskey } from "@/server/services/passkeys";
import { publicProcedure, router } from "../trpc";

/** For those who are not signed in, or cannot. */
export const signInRouter = router({
  /** What the sign-in page offers. Says nothing of anybody. */
  ways: publicProcedure.query(({ ctx }) => waysToSignIn(ctx.runtime)),
  /** What asks for a passkey, and the cookie of the browser that may answer. The same for everybody. */
  askPasskey: publicProcedure.mutation(async ({ ctx }) => {
    if (!waysToSignIn(ctx.runtime).password) throw notFound();
    const { options, token } = await askVisitorForPasskey(ctx.service);
    ctx.cookies.push(challengeCookie(ctx.runtime, token));
    return options;
  }),
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
