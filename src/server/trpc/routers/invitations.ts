import {
  acceptInvitationSchema,
  invitationIdSchema,
  invitationTokenSchema,
  inviteSchema,
} from "@/contracts/schemas/invitations";
import { factorIsOff, waysToSignIn } from "@/server/auth/providers/configured";
import {
  acceptInvitation,
  findInvitation,
  inviteAdmin,
  listInvitations,
  renewInvitation,
  revokeInvitation,
} from "@/server/services/admins";
import { adminProcedure, publicProcedure, router } from "../trpc";

export const invitationsRouter = router({
  list: adminProcedure.query(({ ctx }) => listInvitations(ctx.service)),
  create: adminProcedure.input(inviteSchema).mutation(({ ctx, input }) => inviteAdmin(ctx.service, input)),
  renew: adminProcedure
    .input(invitationIdSchema)
    .mutation(({ ctx, input }) => renewInvitation(ctx.service, input)),
  revoke: adminProcedure
    .input(invitationIdSchema)
    .mutation(({ ctx, input }) => revokeInvitation(ctx.service, input)),
  /** No query, although it changes nothing: the input of those stands in the address, which proxies log. */
  find: publicProcedure
    .input(invitationTokenSchema)
    .mutation(({ ctx, input }) => findInvitation(ctx.service, input)),
  accept: publicProcedure.input(acceptInvitationSchema).mutation(async ({ ctx, input }) => {
    // Where a provider alone decides who signs in, whoever gets hold of a link would make a person whom it has never seen.
    if (!waysToSignIn(ctx.runtime).password) throw factorIsOff("password");
    await acceptInvitation(ctx.service, input);
    return { done: true as const };
  }),
});
