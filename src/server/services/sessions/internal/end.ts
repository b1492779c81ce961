import type { SQL } from "drizzle-orm";
import type { Transaction } from "@/server/database/connections";
import { sessions } from "@/server/database/schema";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import { asAdministrator } from "../as-administrator";
import { deviceOf } from "../device";

/**
 * Ends one session: its cookie, wherever a copy of it is, is worth nothing for the next request in every process. On record
 * as done by the administrator whose session it was; nobody else can.
 * @returns false where it had ended already
 */
export async function endOne(
  ctx: ServiceContext & { tx: Transaction },
  condition: SQL | undefined,
): Promise<boolean> {
  const [ended] = await ctx.tx
    .delete(sessions)
    .where(condition)
    .returning({ id: sessions.id, adminId: sessions.adminId, userAgent: sessions.userAgent });
  if (!ended) return false;
  await recordAudit(await asAdministrator(ctx, ended.adminId), {
    action: "session.end",
    subject: { id: ended.id, name: deviceOf(ended.userAgent) },
    environment: null,
  });
  return true;
}
