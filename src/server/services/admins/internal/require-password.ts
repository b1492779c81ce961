import { eq } from "drizzle-orm";
import { invalidField } from "@/server/core/errors";
import { verifyPassword } from "@/server/core/passwords";
import { administratorOf } from "@/server/core/principal";
import { admins } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../../context";
import { countAttempt } from "./attempts";
import { noteRefusedSignIn } from "./refused-sign-in";

/**
 * Asks for one's own password before what a console that was left open must not allow. Counted and put on record with the
 * sign-ins: whoever sits there could guess here instead.
 * @param field of the input, where it is wrong
 * @returns the hash that it belongs to: a verb that changes the account checks that it is still the one
 * @throws AppError validation_failed at the field; rate_limited
 */
export async function requirePassword(
  ctx: ServiceContext,
  password: string,
  field = "password",
): Promise<string> {
  const { id, email } = administratorOf(ctx.principal);
  await countAttempt(ctx, email);
  const [admin] = await withDatabase(ctx, (db) =>
    db.select({ passwordHash: admins.passwordHash }).from(admins).where(eq(admins.id, id)),
  );
  if (admin && (await verifyPassword(admin.passwordHash, password))) return admin.passwordHash;
  noteRefusedSignIn(ctx, id);
  throw invalidField(field, "Is not your password");
}
