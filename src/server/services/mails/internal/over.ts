import { and, eq, isNull } from "drizzle-orm";
import { HOUR_MS } from "@/contracts/durations";
import { heldEnvironments } from "@/contracts/roles";
import { admins, type mails } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../../context";

/** From its writing. A mail server that is away for a day loses nothing; older news is none. */
export const RETRIED_FOR_MS = 36 * HOUR_MS;

type Mail = Pick<
  typeof mails.$inferSelect,
  "content" | "error" | "createdAt" | "usefulUntil" | "adminId" | "environment"
>;

/**
 * Why a mail that waits is not sent any more, asked right before it would be: it may have waited for a day and a half. Somebody
 * who was shut out meanwhile must not read what goes on, nor what opens something.
 * @returns null: it is sent
 */
export async function whyOver(ctx: ServiceContext, mail: Mail): Promise<string | null> {
  const now = ctx.clock.now();
  if (!mail.content) return mail.error ?? "It holds nothing any more.";
  if (mail.usefulUntil && mail.usefulUntil <= now)
    return "What it is about was over before it could be sent.";
  if (now.getTime() - mail.createdAt.getTime() >= RETRIED_FOR_MS)
    return mail.error ?? "It was too old before it could be sent.";
  return mail.adminId ? whyNotTo(ctx, mail.adminId, mail.environment) : null;
}

async function whyNotTo(
  ctx: ServiceContext,
  adminId: NonNullable<Mail["adminId"]>,
  environment: Mail["environment"],
): Promise<string | null> {
  const [person] = await withDatabase(ctx, (db) =>
    db
      .select({ role: admins.role, environmentRoles: admins.environmentRoles })
      .from(admins)
      .where(and(eq(admins.id, adminId), isNull(admins.deactivatedAt))),
  );
  if (!person) return "Whoever it was for is not in the team any more.";
  const held = heldEnvironments(person);
  if (environment === null || !held || held.includes(environment)) return null;
  return `Whoever it was for has no role in ${environment} any more.`;
}
