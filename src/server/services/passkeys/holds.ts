import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { Executor } from "@/server/database/connections";
import { passkeys } from "@/server/database/schema";

/** Whether somebody has a passkey, so that signing in asks them for a second factor. */
export async function holdsPasskey(db: Executor, adminId: Id<"adm">): Promise<boolean> {
  const [one] = await db
    .select({ id: passkeys.id })
    .from(passkeys)
    .where(eq(passkeys.adminId, adminId))
    .limit(1);
  return one !== undefined;
}
