import { keyIdSchema } from "@/contracts/schemas/keys";
import {
  keyUsageSchema,
  overallUsageSchema,
  replayLimitsSchema,
  replayPermissionsSchema,
} from "@/contracts/schemas/usage";
import {
  getKeySecrets,
  getKeyTraffic,
  getKeyUsage,
  getOverallUsage,
  getPermissionUse,
  proposeTrim,
  replayLimits,
  replayPermissions,
} from "@/server/services/usage";
import { adminProcedure, router } from "../trpc";

export const usageRouter = router({
  overall: adminProcedure
    .input(overallUsageSchema)
    .query(({ ctx, input }) => getOverallUsage(ctx.service, input)),
  ofKey: adminProcedure.input(keyUsageSchema).query(({ ctx, input }) => getKeyUsage(ctx.service, input)),
  permissions: adminProcedure
    .input(keyIdSchema)
    .query(({ ctx, input }) => getPermissionUse(ctx.service, input)),
  traffic: adminProcedure.input(keyIdSchema).query(({ ctx, input }) => getKeyTraffic(ctx.service, input)),
  secrets: adminProcedure.input(keyIdSchema).query(({ ctx, input }) => getKeySecrets(ctx.service, input)),
  trim: adminProcedure.input(keyIdSchema).query(({ ctx, input }) => proposeTrim(ctx.service, input)),
  replayPermissions: adminProcedure
    .input(replayPermissionsSchema)
    .query(({ ctx, input }) => replayPermissions(ctx.service, input)),
  replayLimits: adminProcedure
    .input(replayLimitsSchema)
    .query(({ ctx, input }) => replayLimits(ctx.service, input)),
});
