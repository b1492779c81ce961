import { z } from "zod";
import { listAuditEvents } from "@/server/services/audit";
import { adminProcedure, router } from "../trpc";

const listInput = z.strictObject({ subjectId: z.string().max(100).optional() });

export const auditRouter = router({
  list: adminProcedure.input(listInput).query(({ ctx, input }) => listAuditEvents(ctx.service, input)),
});
