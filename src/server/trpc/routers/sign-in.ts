import {
  linkSchema,
  requestPasswordResetSchema,
  resetOwnPasswordSchema,
} from "@/contracts/schemas/admin-links";
import { challengeCookie } from "@/server/auth/challenge-cookie";
import { waysToSignIn } from "@/server/auth/providers/configured";
import { notFound } from "@/server/core/errors";
import { confirmEmailChange, requestPasswordReset, resetOwnPassword } from "@/server/services/admins";
import { askVisitorForPasskey } from "@/server/services/passkeys";
import { publicProcedure, router } from "../trpc";

/**
 * Asked here, and not only by the page, which shows no form then: where a provider alone decides who signs in, whoever reads
 * somebody's mailbox, or holds a link that was mailed before, would set their account a password past it, good from the day on
 * which passwords are on again. Answered as what does not exist, since it offers nothing to anybody here.
 */
const resetProcedure = publicProcedure.use(({ ctx, next }) => {
  if (!waysToSignIn(ctx.runtime).passwordReset) throw notFound();
  return next();
});

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
  requestPasswordReset: resetProcedure.input(requestPasswordResetSchema).mutation(async ({ ctx, input }) => {
    await requestPasswordReset(ctx.service, input);
    return { done: true as const };
  }),
  resetPassword: resetProcedure.input(resetOwnPasswordSchema).mutation(async ({ ctx, input }) => {
    await resetOwnPassword(ctx.service, input);
    return { done: true as const };
  }),
  confirmEmail: publicProcedure
    .input(linkSchema)
    .mutation(({ ctx, input }) => confirmEmailChange(ctx.service, input, ctx.principal?.sessionId)),
});
