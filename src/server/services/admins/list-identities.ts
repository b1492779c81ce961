import { asc, eq } from "drizzle-orm";
import type { OwnSignIn } from "@/contracts/single-sign-on";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { adminIdentities, admins } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** How one signs in oneself: whether one has a password, and by which accounts at providers. */
export async function listIdentities(ctx: ServiceContext): Promise<OwnSignIn> {
  authorize(ctx, "profile:manage");
  const { id } = administratorOf(ctx.principal);
  return withDatabase(ctx, async (db) => {
    const [admin] = await db
      .select({ hasPassword: admins.hasPassword })
      .from(admins)
      .where(eq(admins.id, id));
    const held = await db
      .select()
      .from(adminIdentities)
      .where(eq(adminIdentities.adminId, id))
      .orderBy(asc(adminIdentities.linkedAt));
    return {
      hasPassword: admin?.hasPassword ?? false,
      identities: held.map(({ issuer, email, linkedAt, lastSignInAt }) => ({
        issuer,
        email,
        linkedAt: linkedAt.toISOString(),
        lastSignInAt: lastSignInAt.toISOString(),
      })),
    };
  });
}
