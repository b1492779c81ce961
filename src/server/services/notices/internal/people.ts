import { asc, eq, isNull } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { type NoticeDelivery, type NoticeKind, withDefaultDeliveries } from "@/contracts/notices";
import { allows, heldEnvironments, type RoleGrants } from "@/contracts/roles";
import type { Executor } from "@/server/database/connections";
import { adminColumns, admins, noticePreferences } from "@/server/database/schema";

/** Somebody who can be told something. */
export interface Person extends RoleGrants {
  id: Id<"adm">;
  email: string;
  deliveries: Record<NoticeKind, NoticeDelivery>;
}

/** Everybody who is not deactivated: those get none. A team is small enough to be read as a whole. */
export async function loadTeam(db: Executor): Promise<Person[]> {
  const rows = await db
    .select({ ...adminColumns, chosen: noticePreferences.deliveries })
    .from(admins)
    .leftJoin(noticePreferences, eq(noticePreferences.adminId, admins.id))
    .where(isNull(admins.deactivatedAt))
    // Of two who tell several people at once the rows come in the same order, so that neither waits for the other.
    .orderBy(asc(admins.id));
  return rows.map(({ chosen, ...person }) => ({
    ...person,
    deliveries: withDefaultDeliveries(chosen ?? {}),
  }));
}

/** Whether somebody may know of what is in an environment; null: it is in none. */
export function isWithinReach(person: RoleGrants, environment: Environment | null): boolean {
  return environment === null || (heldEnvironments(person)?.includes(environment) ?? true);
}

/** Those who may manage the keys of an environment. */
export function managersOf(team: readonly Person[], environment: Environment): Person[] {
  return team.filter((person) => allows(person, "keys:manage", environment));
}
