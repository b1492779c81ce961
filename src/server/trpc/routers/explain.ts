import { explainCallSchema, explainRequestSchema } from "@/contracts/explain";
import { resolveRoute } from "@/server/rest/routes";
import { explainCall, explainRequest } from "@/server/services/requests";
import { adminProcedure, router } from "../trpc";

export const explainRouter = router({
  door: adminProcedure.input(explainCallSchema).query(({ ctx, input: { method, path, ...input } }) =>
    explainCall(ctx.service, {
      ...input,
      target: resolveRoute({ environment: input.environment, method, path }),
      authFailuresPerMinute: ctx.platform.env.AUTH_FAILURES_PER_MINUTE,
    }),
  ),
  request: adminProcedure.input(explainRequestSchema).query(({ ctx, input }) =>
    explainRequest(ctx.service, {
      ...input,
      authFailuresPerMinute: ctx.platform.env.AUTH_FAILURES_PER_MINUTE,
    }),
  ),
});
