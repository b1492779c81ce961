import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { AuditAction } from "@/contracts/audit";
import type { Id } from "@/contracts/ids";
import { allows } from "@/contracts/roles";
import { AppError, notFound } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { admins, invitations } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import type { AdminRow } from "./view";

/** What a verb writes in the row of an administrator, and what of it is on record. */
interface AdminChange {
  /** `remove`: the row goes. */
  set:
    | Partial<Pick<AdminRow, "role" | "environmentRoles" | "deactivatedAt" | "passwordHash" | "hasPassword">>
    | "remove";
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/**
 * The frame of every change to an administrator: one at a time, by somebody who may still do it, and never one that leaves
 * nobody who manages the team. Their sessions end with it by a trigger; invitations made by one who was an owner end as well.
 * @param change null: it is so already, and nothing is written
 * @throws AppError not_found, invalid_state for the last owner, key_missing where the actor was shut out meanwhile
 */
export async function changeAdmin(
  ctx: ServiceContext,
  id: Id<"adm">,
  action: AuditAction,
  change: (admin: AdminRow) => AdminChange | null,
): Promise<AdminRow> {
  return withTransaction(ctx, async (ctx) => {
    const admin = await lockMember(ctx, id);
    const wanted = change(admin);
    return wanted ? applyChange(ctx, admin, action, wanted) : admin;
  });
}

/**
 * What {@link changeAdmin} does under the lock of {@link lockTeam}, for a verb that holds it already, and the row as well.
 * @throws AppError invalid_state for the last owner
 */
export async function applyChange(
  ctx: ServiceContext & { tx: Transaction },
  admin: AdminRow,
  action: AuditAction,
  { set, before, after }: AdminChange,
): Promise<AdminRow> {
  const { id, email } = admin;
  const changed = set === "remove" ? null : { ...admin, ...set };
  if (isActiveOwner(admin) && !(changed && isActiveOwner(changed))) {
    if (await isLastOwner(ctx.tx, admin)) throw lastOwner();
    // Otherwise an owner who is shut out could come back through an invitation that they made before.
    await ctx.tx.delete(invitations).where(eq(invitations.invitedById, id));
  }
  if (set === "remove") await ctx.tx.delete(admins).where(eq(admins.id, id));
  else await ctx.tx.update(admins).set(set).where(eq(admins.id, id));
  await recordAudit(ctx, { action, subject: { id, name: email }, environment: null, before, after });
  return changed ?? admin;
}

/**
 * Waits until nobody else changes the team: two owners who remove each other at the same moment would otherwise each be the
 * one who stays. Whoever asks was let in before the lock was had; somebody else's change may have shut them out since, and
 * what they still did then would be done by nobody.
 * @throws AppError key_missing for an administrator who may not manage the team any more
 */
export async function lockTeam({ principal, tx }: ServiceContext & { tx: Transaction }): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('team', 0))`);
  if (principal.kind !== "admin") return;
  const [actor] = await tx
    .select({ role: admins.role, environmentRoles: admins.environmentRoles })
    .from(admins)
    .where(and(eq(admins.id, principal.id), isNull(admins.deactivatedAt)));
  if (!actor || !allows(actor, "team:manage")) throw new AppError("key_missing", "Sign in to continue.");
}

/**
 * One of the team, held until the end, under the lock of {@link lockTeam}.
 * @throws AppError not_found, and what that throws
 */
export async function lockMember(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"adm">,
): Promise<AdminRow> {
  await lockTeam(ctx);
  const [admin] = await ctx.tx.select().from(admins).where(eq(admins.id, id)).for("update");
  if (!admin) throw notFound();
  return admin;
}

/** Whether nobody would manage the team without them. Holds for as long as the lock of {@link lockTeam} is held. */
export async function isLastOwner(tx: Transaction, admin: AdminRow): Promise<boolean> {
  if (!isActiveOwner(admin)) return false;
  const [other] = await tx
    .select({ id: admins.id })
    .from(admins)
    .where(and(eq(admins.role, "owner"), isNull(admins.deactivatedAt), ne(admins.id, admin.id)))
    .limit(1);
  return other === undefined;
}

function lastOwner(): AppError {
  return new AppError(
    "invalid_state",
    "This is the last owner who can sign in. Make somebody else an owner first.",
  );
}

function isActiveOwner({ role, deactivatedAt }: Pick<AdminRow, "role" | "deactivatedAt">): boolean {
  return role === "owner" && deactivatedAt === null;
}
