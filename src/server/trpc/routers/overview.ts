import { environmentFilterSchema } from "@/contracts/schemas/environments";
import { getOverview } from "@/server/services/overview";
import { adminProcedure, router } from "../trpc";

export const overviewRouter = router({
  get: adminProcedure
    .input(environmentFilterSchema.prefault({}))
    .query(({ ctx, input }) => getOverview(ctx.service, input)),
});
