import { setUpSchema } from "@/contracts/schemas/admins";
import { completeSetUp, needsSetUp } from "@/server/services/admins";
import { publicProcedure, router } from "../trpc";

export const setUpRouter = router({
  /** Whether the first owner is still to be made; tells a visitor why there is nothing to sign in to yet. */
  needed: publicProcedure.query(({ ctx }) => needsSetUp(ctx.service)),
  complete: publicProcedure.input(setUpSchema).mutation(async ({ ctx, input }) => {
    await completeSetUp(ctx.service, input);
    return { done: true as const };
  }),
});
