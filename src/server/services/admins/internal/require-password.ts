import { eq } from "drizzle-orm";
import { invalidField } from "@/server/core/errors";
import { verifyPassword } from "@/server/core/passwords";
import { administratorOf } from "@/server/core/principal";
import { admins } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../../context";
import { countAttempt } from "./attempts";

/**
 * Asks for the password before what a console that was left open must not allow. Counted with the sign-ins: whoever sits
 * there could guess here instead.
 * @throws AppError validation_failed at `password`; rate_limited
 */
export async function requirePassword(ctx: ServiceContext, password: string): Promise<void> {
  const { id, email } = administratorOf(ctx.principal);
  await countAttempt(ctx, email);
  const [admin] = await withDatabase(ctx, (db) =>
    db.select({ passwordHash: admins.passwordHash }).from(admins).where(eq(admins.id, id)),
  );
  if (!admin || !(await verifyPassword(admin.passwordHash, password)))
    throw invalidField("password", "Is not your password");
}
