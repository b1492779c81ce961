import {
  listTelemetrySchema,
  telemetryByDaySchema,
  telemetryNamesSchema,
} from "@/contracts/schemas/telemetry";
import { countTelemetryByDay, listTelemetry, listTelemetryNames } from "@/server/services/telemetry";
import { adminProcedure, router } from "../trpc";

export const telemetryRouter = router({
  list: adminProcedure
    .input(listTelemetrySchema)
    .query(({ ctx, input }) => listTelemetry(ctx.service, input)),
  byDay: adminProcedure
    .input(telemetryByDaySchema)
    .query(({ ctx, input }) => countTelemetryByDay(ctx.service, input)),
  names: adminProcedure
    .input(telemetryNamesSchema)
    .query(({ ctx, input }) => listTelemetryNames(ctx.service, input)),
});
