import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { KeyLabels } from "@/contracts/key-labels";
import { roleIn } from "@/contracts/roles";
import { authorize, isAllowed } from "@/server/core/authorize";
import { environmentsOf } from "@/server/core/principal";
import type { Executor } from "@/server/database/connections";
import { distinctValues, distinctWords, MAX_DISTINCT } from "@/server/database/distinct";
import { adminColumns, admins, apiKeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { environmentsAsked, withinReach } from "../reach";

const CONTACTS = 100;

/** In the words of the index api_keys_by_who_answers. */
const OWNED = sql`${apiKeys.deletedAt} is null and ${apiKeys.ownerEmail} is not null`;
/** Empty of a contact: that a column is null tells Postgres nothing about the order of what follows it in an index. */
const PERSON = sql`coalesce(${apiKeys.ownerId}, '')`;
/** In the words of the index api_keys_by_tags. */
const TAGGED = sql`${apiKeys.deletedAt} is null and ${apiKeys.tags} <> '{}'`;

/**
 * What keys can be labelled with and found by: people of the team, and contacts and tags of the keys within reach. Whoever holds
 * no role everywhere gets of the team those alone whom they could name as an owner, or see as one: it is not theirs to know.
 */
export async function listKeyLabels(ctx: ServiceContext): Promise<KeyLabels> {
  authorize(ctx, "keys:read");
  return withDatabase(ctx, async (db) => {
    const [contacts, tags]: [string[], string[]] = [[], []];
    for (const environment of environmentsAsked(ctx, null)) {
      const here = eq(apiKeys.environment, environment);
      const ofContacts = sql`${here} and ${OWNED} and ${PERSON} = ''`;
      contacts.push(...(await distinctValues(db, apiKeys.ownerEmail, ofContacts)));
      tags.push(...(await distinctWords(db, apiKeys.tags, sql`${here} and ${TAGGED}`)));
    }
    return {
      people: await peopleFor(ctx, db),
      contacts: [...new Set(contacts)].sort().slice(0, CONTACTS),
      tags: [...new Set(tags)].sort().slice(0, MAX_DISTINCT),
    };
  });
}

async function peopleFor(ctx: ServiceContext, db: Executor): Promise<KeyLabels["people"]> {
  const { principal } = ctx;
  const held = environmentsOf(principal);
  // One look-up in the index for each of the team, however many keys they answer for.
  const answers = sql<boolean>`(select true from ${apiKeys}
    where ${and(OWNED, withinReach(ctx, apiKeys.environment), sql`${PERSON} = ${admins.id}`)} limit 1)`;
  const team = await db
    .select({ ...adminColumns, answers: held === null ? sql<boolean>`true` : answers })
    .from(admins)
    .where(isNull(admins.deactivatedAt))
    .orderBy(asc(sql`lower(${admins.email} collate "C")`));
  const managed = (held ?? []).filter((one) => isAllowed(principal, "keys:manage", one));
  const isOneself = (id: string) => principal.kind === "admin" && principal.id === id;
  return team
    .filter(
      (one) =>
        one.answers || isOneself(one.id) || managed.some((environment) => roleIn(one, environment) !== null),
    )
    .map(({ id, email, name }) => ({ id, email, name }));
}
