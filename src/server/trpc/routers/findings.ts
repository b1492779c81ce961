import { findingIdSchema, listFindingsSchema, muteFindingSchema } from "@/contracts/schemas/findings";
import { checkFindings, listFindings, muteFinding, unmuteFinding } from "@/server/services/findings";
import { adminProcedure, router } from "../trpc";

export const findingsRouter = router({
  list: adminProcedure.input(listFindingsSchema).query(({ ctx, input }) => listFindings(ctx.service, input)),
  check: adminProcedure.mutation(({ ctx }) => checkFindings(ctx.service)),
  mute: adminProcedure.input(muteFindingSchema).mutation(({ ctx, input }) => muteFinding(ctx.service, input)),
  unmute: adminProcedure
    .input(findingIdSchema)
    .mutation(({ ctx, input }) => unmuteFinding(ctx.service, input)),
});
