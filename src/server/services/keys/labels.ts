import { and, asc, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { KeyLabels } from "@/contracts/key-labels";
import { roleIn } from "@/contracts/roles";
import { authorize, isAllowed } from "@/server/core/authorize";
import { environmentsOf } from "@/server/core/principal";
import type { Executor } from "@/server/database/connections";
import { adminColumns, admins, apiKeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";

const CONTACTS = 100;
const TAGS = 200;

/**
 * What keys can be labelled with and found by: people of the team, and contacts and tags of the keys within reach. Whoever holds
 * no role everywhere gets of the team those alone whom they could name as an owner, or see as one: it is not theirs to know.
 */
export async function listKeyLabels(ctx: ServiceContext): Promise<KeyLabels> {
  authorize(ctx, "keys:read");
  const here = and(isNull(apiKeys.deletedAt), withinReach(ctx, apiKeys.environment));
  return withDatabase(ctx, async (db) => {
    const contacts = await db
      .selectDistinct({ email: apiKeys.ownerEmail })
      .from(apiKeys)
      .where(and(here, isNull(apiKeys.ownerId), isNotNull(apiKeys.ownerEmail)))
      .orderBy(asc(apiKeys.ownerEmail))
      .limit(CONTACTS);
    const tags = await db
      .selectDistinct({ tag: sql<string>`unnest(${apiKeys.tags})` })
      .from(apiKeys)
      .where(here)
      .orderBy(sql`1`)
      .limit(TAGS);
    return {
      people: await peopleFor(ctx, db, here),
      contacts: contacts.flatMap(({ email }) => email ?? []),
      tags: tags.map(({ tag }) => tag),
    };
  });
}

/** @param here the keys within reach */
async function peopleFor(
  { principal }: ServiceContext,
  db: Executor,
  here: SQL | undefined,
): Promise<KeyLabels["people"]> {
  const team = await db
    .select(adminColumns)
    .from(admins)
    .where(isNull(admins.deactivatedAt))
    .orderBy(asc(sql`lower(${admins.email} collate "C")`));
  const shown = ({ id, email, name }: (typeof team)[number]) => ({ id, email, name });
  const held = environmentsOf(principal);
  if (held === null) return team.map(shown);
  const managed = held.filter((one) => isAllowed(principal, "keys:manage", one));
  const owners = await db
    .selectDistinct({ id: apiKeys.ownerId })
    .from(apiKeys)
    .where(and(here, isNotNull(apiKeys.ownerId)));
  const known = new Set<string | null>(owners.map(({ id }) => id));
  if (principal.kind === "admin") known.add(principal.id);
  return team
    .filter((one) => known.has(one.id) || managed.some((environment) => roleIn(one, environment) !== null))
    .map(shown);
}
