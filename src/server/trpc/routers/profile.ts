import { requestEmailChangeSchema } from "@/contracts/schemas/admin-links";
import { changeNameSchema, changePasswordSchema, changeTimeZoneSchema } from "@/contracts/schemas/admins";
import { confirmIdentitySchema, secondFactorInput } from "@/contracts/schemas/confirmation";
import { secondFactorCodeInput } from "@/contracts/schemas/second-factor";
import { sessionIdSchema } from "@/contracts/schemas/sessions";
import { identityIssuerSchema } from "@/contracts/schemas/single-sign-on";
import {
  changeName,
  changePassword,
  changeTimeZone,
  confirmIdentity,
  confirmSecondFactor,
  getSecondFactor,
  listIdentities,
  offerSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  requestEmailChange,
  unlinkIdentity,
} from "@/server/services/admins";
import { endOtherSessions, endSession, listSessions } from "@/server/services/sessions";
import { adminProcedure, enrolmentProcedure, router } from "../trpc";

/** What everybody does about themselves. */
export const profileRouter = router({
  changeName: adminProcedure
    .input(changeNameSchema)
    .mutation(({ ctx, input }) => changeName(ctx.service, input)),
  changeTimeZone: adminProcedure
    .input(changeTimeZoneSchema)
    .mutation(({ ctx, input }) => changeTimeZone(ctx.service, input)),
  changePassword: adminProcedure.input(changePasswordSchema).mutation(async ({ ctx, input }) => {
    await changePassword(ctx.service, input);
    return { done: true as const };
  }),
  signIn: adminProcedure.query(({ ctx }) => listIdentities(ctx.service)),
  unlinkIdentity: adminProcedure
    .input(identityIssuerSchema)
    .mutation(({ ctx, input }) => unlinkIdentity(ctx.service, input)),
  secondFactor: enrolmentProcedure.query(({ ctx }) => getSecondFactor(ctx.service)),
  confirmIdentity: enrolmentProcedure.input(confirmIdentitySchema).mutation(async ({ ctx, input }) => {
    await confirmIdentity(ctx.service, input);
    return { done: true as const };
  }),
  offerSecondFactor: enrolmentProcedure.mutation(({ ctx }) => offerSecondFactor(ctx.service)),
  confirmSecondFactor: enrolmentProcedure
    .input(secondFactorCodeInput)
    .mutation(({ ctx, input }) => confirmSecondFactor(ctx.service, input)),
  renewRecoveryCodes: adminProcedure
    .input(secondFactorInput)
    .mutation(({ ctx, input }) => renewRecoveryCodes(ctx.service, input)),
  removeSecondFactor: adminProcedure.input(secondFactorCodeInput).mutation(async ({ ctx, input }) => {
    await removeSecondFactor(ctx.service, input);
    return { done: true as const };
  }),
  requestEmailChange: adminProcedure.input(requestEmailChangeSchema).mutation(async ({ ctx, input }) => {
    await requestEmailChange(ctx.service, input);
    return { done: true as const };
  }),
  sessions: adminProcedure.query(({ ctx }) => listSessions(ctx.service)),
  endSession: adminProcedure
    .input(sessionIdSchema)
    .mutation(({ ctx, input }) => endSession(ctx.service, input)),
  endOtherSessions: adminProcedure.mutation(({ ctx }) => endOtherSessions(ctx.service)),
});
