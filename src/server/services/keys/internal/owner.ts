import { cleanText } from "@/contracts/text";
import { invalidField } from "@/server/core/errors";
import type { Executor } from "@/server/database/connections";
import { adminOfEmail, admins } from "@/server/database/schema";

/**
 * The columns for the owner with this address: a person of the team where it is one's, else a contact outside.
 * @throws AppError validation_failed for somebody who is deactivated, and would answer for nothing
 */
export async function ownerColumns(db: Executor, email: string | null) {
  if (email === null) return { ownerId: null, ownerEmail: null };
  const [person] = await db
    .select({ id: admins.id, email: admins.email, deactivatedAt: admins.deactivatedAt })
    .from(admins)
    .where(adminOfEmail(email));
  if (!person) return { ownerId: null, ownerEmail: cleanText(email) };
  if (person.deactivatedAt) {
    throw invalidField("owner", "This person is deactivated. Choose somebody else", "deactivated");
  }
  return { ownerId: person.id, ownerEmail: person.email };
}
