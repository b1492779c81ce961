import { explainCallSchema, explainRequestSchema } from "@/contracts/explain";
import { explainCall, explainRequest } from "@/gateway/explain";
import { adminProcedure, router } from "../trpc";

export const explainRouter = router({
  checks: adminProcedure.input(explainCallSchema).query(({ ctx, input }) =>
    explainCall(ctx.service, {
      ...input,
      authFailuresPerMinute: ctx.runtime.env.AUTH_FAILURES_PER_MINUTE,
    }),
  ),
  request: adminProcedure.input(explainRequestSchema).query(({ ctx, input }) =>
    explainRequest(ctx.service, {
      ...input,
      authFailuresPerMinute: ctx.runtime.env.AUTH_FAILURES_PER_MINUTE,
    }),
  ),
});
