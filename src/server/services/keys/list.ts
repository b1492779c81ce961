import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { KeySort, KeyView } from "@/contracts/keys";
import type { ConsolePage } from "@/contracts/lists";
import { type ListKeysInput, listKeysStepSchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { instantIn, keyset, type Sort } from "@/server/database/keyset";
import { apiKeys } from "@/server/database/schema";
import { folded } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { rarestWord } from "./internal/expected";
import { endsIn, narrowingOf, peopleIn, togetherIn } from "./internal/filters";
import { BOUNDS, type Bounds, type KeyList, type KeyOrder, keyRows } from "./internal/page";
import { type KeyRow, keyViewsOf } from "./internal/view";

/**
 * Keys for the console, filtered, sorted, a page at a time. Every sort has an index that ends in the id, so a page costs
 * the same at the end of a million keys as at the start.
 * @param bounds how far each way to a page goes (internal/page.ts)
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listKeys(
  ctx: ServiceContext,
  given: ListKeysInput,
  bounds: Bounds = BOUNDS,
): Promise<ConsolePage<KeyView>> {
  authorize(ctx, "keys:read");
  const input = parse(listKeysStepSchema, given);
  const order = SORTS[input.sort];
  const orderedBy = (id: SQLWrapper, sort: Sort | null) =>
    keyset(input, { id, ids: "key", sort, ascending: input.direction === "asc" });
  const page = orderedBy(apiKeys.id, order.sort);
  const { orderBy: byPlace } = orderedBy(sql`id`, order.sort && { ...order.sort, by: sql`place` });
  const people = await withDatabase(ctx, (db) => peopleIn(db, input));
  const word = await withDatabase(ctx, (db) => rarestWord(db, input.search));
  const list: KeyList = {
    order,
    page,
    byPlace,
    narrowing: narrowingOf(ctx, input, people),
    byWord: word ? narrowingOf(ctx, input, people, word) : undefined,
    withoutWords: input.search ? narrowingOf(ctx, { ...input, search: "" }, people) : undefined,
    together: togetherIn(ctx, input, people),
    ends: endsIn(ctx, input),
  };
  // To look into the words of a key costs as much as to look at some.
  const near = input.search ? { ...bounds, walked: Math.ceil(bounds.walked / 2) } : bounds;
  const rows = await keyRows(ctx, list, near);
  const shown = page.page(rows, withoutSortValue, (row) => row.sortValue);
  const data = await withDatabase(ctx, (db) => keyViewsOf(db, shown.data, ctx.clock.now()));
  return { ...shown, data };
}

function withoutSortValue({ sortValue: _sortValue, ...row }: KeyRow & { sortValue: string }): KeyRow {
  return row;
}

const FOR_EVER = ["infinity", "-infinity"];

function byInstant(by: SQL): KeyOrder {
  // ISO 8601 in UTC, whatever the connection's DateStyle and TimeZone are.
  const iso = sql<string>`to_char(${by} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const value = sql<string>`case when isfinite(${by}) then ${iso} else ${by}::text end`;
  const parse = (text: string) => (FOR_EVER.includes(text) ? sql`${text}::timestamptz` : instantIn(text));
  return { sort: { by, parse }, value };
}

const SORTS: Record<KeySort, KeyOrder> = {
  createdAt: { sort: null, value: sql<string>`''` },
  name: { sort: { by: folded(sql`name`), parse: (text) => sql`${text}` }, value: folded(sql`name`) },
  // To the minute (schema/keys.ts): of two keys that are both in use now, either may come first.
  lastUsedAt: byInstant(sql`coalesce(last_used_at, '-infinity')`),
  expiresAt: byInstant(sql`coalesce(expires_at, 'infinity')`),
};
