import { and, eq, isNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { z } from "zod";
import { type Id, isId } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import type { ConsolePage } from "@/contracts/lists";
import { listManagedKeysSchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { invalidCursor } from "@/server/core/cursor";
import { parse } from "@/server/core/validation";
import { keyIs } from "@/server/database/ends";
import { keyset } from "@/server/database/keyset";
import { apiKeyCustomers, apiKeys } from "@/server/database/schema";
import { contains } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import { requireCallingKey } from "../calling-key";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { managedBy } from "./internal/load";
import { LOOK, type Look, nextStretch } from "./internal/stretch";
import { keyColumns, keyViewsOf } from "./internal/view";

/**
 * The keys that the calling key manages, newest first. A call looks through a bounded number of them, however many there are: its page
 * may have fewer than fit on it, none even, and lead on all the same.
 * @param look how many it looks through
 * @throws AppError validation_failed for a foreign or malformed cursor, and what requireCallingKey throws
 */
export async function listManagedKeys(
  ctx: ServiceContext,
  given: z.input<typeof listManagedKeysSchema>,
  look: Look = LOOK,
): Promise<ConsolePage<KeyView>> {
  authorize(ctx, "keys:read");
  const { status, search, customerId, tag, limit, cursor = null } = parse(listManagedKeysSchema, given);
  const list = keyset({ limit, cursor }, { id: apiKeys.id, ids: "key" });
  // No page gives a cursor that leads back.
  if (list.ascending) throw invalidCursor();
  const beyond = (id: SQLWrapper) => keyset({ limit, cursor }, { id, ids: "key" }).beyond;
  const now = ctx.clock.now();
  return withDatabase(ctx, async (db) => {
    const caller = await requireCallingKey(ctx, db, "keys:read");
    if (!caller) throw new Error("This list is a calling key's.");
    // The one question that has an index of its own: any that a search for words could use has hidden ones as well.
    const isWhole = search !== undefined && isId("key", search);
    const stretch = isWhole
      ? { within: eq(apiKeys.id, search), next: null }
      : await nextStretch(db, caller, { beyond, customerId }, look);
    const rows = await db
      .select(keyColumns)
      .from(apiKeys)
      .where(
        and(
          stretch.within,
          isNull(apiKeys.deletedAt),
          withinReach(ctx, apiKeys.environment),
          managedBy(ctx, caller),
          status ? keyIs(status, now) : undefined,
          search && !isWhole ? contains(sql.raw(SHOWN_WORDS), search) : undefined,
          customerId ? isOf(customerId) : undefined,
          tag ? sql`${tag} = any(tags)` : undefined,
          list.beyond,
        ),
      )
      .orderBy(...list.orderBy)
      .limit(list.rows);
    const shown = list.page(rows, (row) => row);
    const onFrom = stretch.next && list.onFrom(stretch.next);
    return { ...shown, nextCursor: shown.nextCursor ?? onFrom, data: await keyViewsOf(db, shown.data, now) };
  });
}

/**
 * Restricted to this customer, among others perhaps. Like the tag in words that no index serves, and that Postgres makes no join of:
 * from the customer on it would read as many keys as there are of them, out of reach or not, in a time that tells how many.
 */
function isOf(customer: Id<"cus">): SQL {
  const own = sql`select true from ${apiKeyCustomers}
    where ${apiKeyCustomers.keyId} = ${apiKeys.id} and ${apiKeyCustomers.customerId} = ${customer}`;
  return sql`(${own})`;
}

/** What the API shows of a key, in words: not who made it or answers for it, whose addresses could be found out by looking for them. */
const SHOWN_WORDS = "name || ' ' || masked_key || ' ' || description || ' ' || joined(tags)";
