import { testMailSchema } from "@/contracts/schemas/mails";
import {
  changeRequestLogSchema,
  changeRetentionSchema,
  changeSessionLifetimesSchema,
  changeSignInSettingsSchema,
  type Retention,
  retentionTrialSchema,
} from "@/contracts/schemas/settings";
import type { RetentionDryRun } from "@/contracts/settings";
import { deploymentOf } from "@/server/runtime/runtime";
import type { ServiceContext } from "@/server/services/context";
import { describeClock, describeIsolation, examineInstallation } from "@/server/services/health";
import { describePepper } from "@/server/services/keys";
import { readMailState, sendTestMail } from "@/server/services/mails";
import { getLogWriter } from "@/server/services/requests";
import {
  changeRequestLogSettings,
  changeRetention,
  changeSessionLifetimes,
  changeSignInSettings,
  dropOldDays,
  readRequestLogSettings,
  readRetention,
  readSessionLifetimes,
  readSignInSettings,
} from "@/server/services/settings";
import { adminProcedure, router } from "../trpc";

/** Asks what maintenance does the dropping with, so that what is announced is what happens. */
async function tryRetention(
  ctx: ServiceContext,
  { logDays, telemetryDays }: Retention,
): Promise<RetentionDryRun> {
  const [log, telemetry] = await Promise.all([
    dropOldDays(ctx, { kind: "logDays", keepDays: logDays, dryRun: true }),
    dropOldDays(ctx, { kind: "telemetryDays", keepDays: telemetryDays, dryRun: true }),
  ]);
  return { logDays: log, telemetryDays: telemetry };
}

export const settingsRouter = router({
  requestLog: adminProcedure.query(({ ctx }) => readRequestLogSettings(ctx.service)),
  changeRequestLog: adminProcedure
    .input(changeRequestLogSchema)
    .mutation(({ ctx, input }) => changeRequestLogSettings(ctx.service, input)),
  retention: adminProcedure.query(({ ctx }) => readRetention(ctx.service)),
  tryRetention: adminProcedure
    .input(retentionTrialSchema)
    .query(({ ctx, input }) => tryRetention(ctx.service, input)),
  changeRetention: adminProcedure
    .input(changeRetentionSchema)
    .mutation(({ ctx, input }) => changeRetention(ctx.service, input)),
  sessions: adminProcedure.query(({ ctx }) => readSessionLifetimes(ctx.service)),
  changeSessions: adminProcedure
    .input(changeSessionLifetimesSchema)
    .mutation(({ ctx, input }) => changeSessionLifetimes(ctx.service, input)),
  mail: adminProcedure.query(({ ctx }) => readMailState(ctx.service)),
  sendTestMail: adminProcedure
    .input(testMailSchema)
    .mutation(({ ctx, input }) => sendTestMail(ctx.service, input)),
  signIn: adminProcedure.query(({ ctx }) => readSignInSettings(ctx.service)),
  changeSignIn: adminProcedure
    .input(changeSignInSettingsSchema)
    .mutation(({ ctx, input }) => changeSignInSettings(ctx.service, input)),
  isolation: adminProcedure.query(({ ctx }) => describeIsolation(ctx.service)),
  clock: adminProcedure.query(({ ctx }) => describeClock(ctx.service)),
  pepper: adminProcedure.query(({ ctx }) => describePepper(ctx.service)),
  checks: adminProcedure.query(({ ctx }) => examineInstallation(ctx.service, deploymentOf(ctx.runtime.env))),
  logWriter: adminProcedure.query(({ ctx }) => getLogWriter(ctx.service, ctx.runtime.requestLog)),
});
