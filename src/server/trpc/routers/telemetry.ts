import { listTelemetrySchema, telemetryByDaySchema } from "@/contracts/telemetry";
import { countTelemetryByDay, listTelemetry } from "@/server/services/telemetry";
import { adminProcedure, router } from "../trpc";

export const telemetryRouter = router({
  list: adminProcedure
    .input(listTelemetrySchema)
    .query(({ ctx, input: { pageSize, ...input } }) =>
      listTelemetry(ctx.service, { ...input, limit: pageSize }),
    ),
  byDay: adminProcedure
    .input(telemetryByDaySchema)
    .query(({ ctx, input }) => countTelemetryByDay(ctx.service, input)),
});
