import { passkeyIdSchema, registerPasskeySchema, renamePasskeySchema } from "@/contracts/schemas/passkeys";
import {
  askForPasskey,
  listPasskeys,
  offerPasskey,
  registerPasskey,
  removePasskey,
  renamePasskey,
} from "@/server/services/passkeys";
import { adminProcedure, enrolmentProcedure, router } from "../trpc";

/** One's own passkeys. */
export const passkeysRouter = router({
  list: adminProcedure.query(({ ctx }) => listPasskeys(ctx.service)),
  offer: enrolmentProcedure.mutation(({ ctx }) => offerPasskey(ctx.service)),
  register: enrolmentProcedure
    .input(registerPasskeySchema)
    .mutation(({ ctx, input }) => registerPasskey(ctx.service, input)),
  rename: adminProcedure
    .input(renamePasskeySchema)
    .mutation(({ ctx, input }) => renamePasskey(ctx.service, input)),
  remove: adminProcedure
    .input(passkeyIdSchema)
    .mutation(({ ctx, input }) => removePasskey(ctx.service, input)),
  /** For `profile.confirmIdentity` and `profile.renewRecoveryCodes`, which take the answer. */
  ask: enrolmentProcedure.mutation(({ ctx }) => askForPasskey(ctx.service)),
});
