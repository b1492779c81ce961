import { adminIdSchema, changeRoleSchema } from "@/contracts/schemas/admins";
import {
  changeRole,
  deactivateAdmin,
  listAdmins,
  reactivateAdmin,
  removeAdmin,
  resetSecondFactor,
  unlinkIdentities,
} from "@/server/services/admins";
import { adminProcedure, router } from "../trpc";

export const adminsRouter = router({
  list: adminProcedure.query(({ ctx }) => listAdmins(ctx.service)),
  changeRole: adminProcedure
    .input(changeRoleSchema)
    .mutation(({ ctx, input }) => changeRole(ctx.service, input)),
  deactivate: adminProcedure
    .input(adminIdSchema)
    .mutation(({ ctx, input }) => deactivateAdmin(ctx.service, input)),
  reactivate: adminProcedure
    .input(adminIdSchema)
    .mutation(({ ctx, input }) => reactivateAdmin(ctx.service, input)),
  resetSecondFactor: adminProcedure
    .input(adminIdSchema)
    .mutation(({ ctx, input }) => resetSecondFactor(ctx.service, input)),
  unlinkIdentities: adminProcedure
    .input(adminIdSchema)
    .mutation(({ ctx, input }) => unlinkIdentities(ctx.service, input)),
  remove: adminProcedure.input(adminIdSchema).mutation(({ ctx, input }) => removeAdmin(ctx.service, input)),
});
