import { and, asc, isNotNull, isNull, sql } from "drizzle-orm";
import type { KeyLabels } from "@/contracts/key-labels";
import { authorize } from "@/server/core/authorize";
import { admins, apiKeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";

const CONTACTS = 100;
const TAGS = 200;

/** What keys can be labelled with and found by: the people of the team, and contacts and tags of the keys within reach. */
export async function listKeyLabels(ctx: ServiceContext): Promise<KeyLabels> {
  authorize(ctx, "keys:read");
  const here = and(isNull(apiKeys.deletedAt), withinReach(ctx, apiKeys.environment));
  return withDatabase(ctx, async (db) => {
    const people = await db
      .select({ id: admins.id, email: admins.email, name: admins.name })
      .from(admins)
      .where(isNull(admins.deactivatedAt))
      .orderBy(asc(sql`lower(${admins.email} collate "C")`));
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
      people,
      contacts: contacts.flatMap(({ email }) => email ?? []),
      tags: tags.map(({ tag }) => tag),
    };
  });
}
