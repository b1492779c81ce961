import { and, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { KeyView } from "@/contracts/keys";
import type { ConsolePage } from "@/contracts/lists";
import { listManagedKeysSchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyIs } from "@/server/database/ends";
import { keyset } from "@/server/database/keyset";
import { apiKeys, KEY_WORDS } from "@/server/database/schema";
import { contains } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import { requireCallingKey } from "../calling-key";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { managedBy } from "./internal/load";
import { keyColumns, keyViewsOf } from "./internal/view";

/**
 * The keys that the calling key manages, newest first.
 * @throws AppError validation_failed for a foreign or malformed cursor, and what requireCallingKey throws
 */
export async function listManagedKeys(
  ctx: ServiceContext,
  given: z.input<typeof listManagedKeysSchema>,
): Promise<ConsolePage<KeyView>> {
  authorize(ctx, "keys:read");
  const { status, search, limit, cursor = null } = parse(listManagedKeysSchema, given);
  const list = keyset({ limit, cursor }, { id: apiKeys.id, ids: "key" });
  const now = ctx.clock.now();
  return withDatabase(ctx, async (db) => {
    const caller = await requireCallingKey(ctx, db, "keys:read");
    const rows = await db
      .select(keyColumns)
      .from(apiKeys)
      .where(
        and(
          isNull(apiKeys.deletedAt),
          withinReach(ctx, apiKeys.environment),
          managedBy(ctx, caller),
          status ? keyIs(status, now) : undefined,
          search ? searched(search) : undefined,
          list.beyond,
        ),
      )
      .orderBy(...list.orderBy)
      .limit(list.rows);
    const shown = list.page(rows, (row) => row);
    return { ...shown, data: await keyViewsOf(db, shown.data, now) };
  });
}

/** What the API shows of a key, in words: not who made it or answers for it, whose addresses could be found out by looking for them. */
const SHOWN_WORDS = "name || ' ' || masked_key || ' ' || description || ' ' || joined(tags)";

/** The first condition has an index, which finds more than is shown. */
function searched(search: string): SQL | undefined {
  const words = and(contains(sql.raw(KEY_WORDS), search), contains(sql.raw(SHOWN_WORDS), search));
  return or(words, eq(sql`${apiKeys.id}`, search));
}
