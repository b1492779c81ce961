import { z } from "zod";
import { environmentSchema } from "@/contracts/environments";
import { getOverview } from "@/server/services/overview";
import { adminProcedure, router } from "../trpc";

const getInput = z.strictObject({ environment: environmentSchema.nullable().default(null) }).prefault({});

export const overviewRouter = router({
  get: adminProcedure.input(getInput).query(({ ctx, input }) => getOverview(ctx.service, input)),
});
