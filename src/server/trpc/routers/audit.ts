import { z } from "zod";
import { text } from "@/contracts/text";
import { listAuditEvents } from "@/server/services/audit";
import { adminProcedure, router } from "../trpc";

const listInput = z.strictObject({ subjectId: text(1, 100).optional() });

export const auditRouter = router({
  list: adminProcedure.input(listInput).query(({ ctx, input }) => listAuditEvents(ctx.service, input)),
});
