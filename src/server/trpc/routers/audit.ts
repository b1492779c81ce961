import { auditIdSchema, checkAuditSchema, listAuditSchema } from "@/contracts/schemas/audit";
import {
  checkAudit,
  getAuditEvent,
  getAuditIntegrity,
  listAuditActors,
  listAuditEvents,
} from "@/server/services/audit";
import { adminProcedure, router } from "../trpc";

export const auditRouter = router({
  list: adminProcedure.input(listAuditSchema).query(({ ctx, input }) => listAuditEvents(ctx.service, input)),
  get: adminProcedure.input(auditIdSchema).query(({ ctx, input }) => getAuditEvent(ctx.service, input)),
  actors: adminProcedure.query(({ ctx }) => listAuditActors(ctx.service)),
  integrity: adminProcedure.query(({ ctx }) => getAuditIntegrity(ctx.service)),
  check: adminProcedure.input(checkAuditSchema).mutation(({ ctx, input }) => checkAudit(ctx.service, input)),
});
