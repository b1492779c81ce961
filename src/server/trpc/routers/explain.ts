import { explainCallSchema, explainRequestSchema } from "@/contracts/schemas/explain";
import { explainCall, explainRequest } from "@/gateway/explain";
import type { Runtime } from "@/server/runtime/runtime";
import { adminProcedure, router } from "../trpc";

const settingsOf = ({ env }: Runtime) => ({ authFailuresPerMinute: env.AUTH_FAILURES_PER_MINUTE });

export const explainRouter = router({
  checks: adminProcedure
    .input(explainCallSchema)
    .query(({ ctx, input }) => explainCall(ctx.service, input, settingsOf(ctx.runtime))),
  request: adminProcedure
    .input(explainRequestSchema)
    .query(({ ctx, input }) => explainRequest(ctx.service, input, settingsOf(ctx.runtime))),
});
