import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { Transaction } from "@/server/database/connections";
import { adminColumns, admins } from "@/server/database/schema";
import type { ServiceContext } from "../context";

/** The same context, in which the administrator of a sign-in or sign-out acts. Before it, nobody is known yet. */
export async function asAdministrator(
  ctx: ServiceContext & { tx: Transaction },
  adminId: Id<"adm">,
): Promise<ServiceContext & { tx: Transaction }> {
  const [admin] = await ctx.tx.select(adminColumns).from(admins).where(eq(admins.id, adminId));
  return admin ? { ...ctx, principal: { kind: "admin", ...admin } } : ctx;
}
