import { and, eq, isNull } from "drizzle-orm";
import type { AdminView } from "@/contracts/admins";
import { admins } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";
import type { SignedIn } from "./sign-in";

/**
 * The administrator behind a session, read from the database on every request: a changed role, a deactivation or a
 * raised session version takes effect at once, whatever the cookie says.
 * @returns null when the session no longer counts
 */
export async function adminOfSession(ctx: ServiceContext, session: SignedIn): Promise<AdminView | null> {
  const [admin] = await withDatabase(ctx, (db) =>
    db
      .select({ id: admins.id, email: admins.email, name: admins.name, role: admins.role })
      .from(admins)
      .where(
        and(
          eq(admins.id, session.id),
          eq(admins.sessionVersion, session.sessionVersion),
          isNull(admins.deactivatedAt),
        ),
      ),
  );
  return admin ?? null;
}
