import { and, isNull, not, or, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import { DAY_MS } from "@/contracts/durations";
import { isOwnerState } from "@/contracts/key-labels";
import {
  EXPIRY_FILTERS,
  type ExpiryFilter,
  type KeySort,
  type KeyView,
  LAST_USE_FILTERS,
  type LastUseFilter,
  type ListKeysInput,
  listKeysStepSchema,
} from "@/contracts/keys";
import type { ConsolePage } from "@/contracts/lists";
import { grants, PERMISSIONS, type Permission } from "@/contracts/permissions";
import { folded as foldedText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { hasCome, keyIs } from "@/server/database/ends";
import { instantIn, keyset, type Sort } from "@/server/database/keyset";
import { admins, apiKeys, KEY_WORDS } from "@/server/database/schema";
import { contains, folded } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { type KeyRow, keyColumns, keyViewsOf } from "./internal/view";

type ListKeys = z.output<typeof listKeysStepSchema>;

/**
 * Keys for the console, filtered, sorted, a page at a time. Every sort has an index that ends in the id, so a page costs
 * the same at the end of a million keys as at the start.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listKeys(ctx: ServiceContext, given: ListKeysInput): Promise<ConsolePage<KeyView>> {
  authorize(ctx, "keys:read");
  const input = parse(listKeysStepSchema, given);
  const now = ctx.clock.now();
  const { sort, value } = SORTS[input.sort];
  const list = keyset(input, { id: apiKeys.id, ids: "key", sort, ascending: input.direction === "asc" });
  return withDatabase(ctx, async (db) => {
    const rows = await db
      .select({ ...keyColumns, sortValue: value })
      .from(apiKeys)
      .where(and(...filters(ctx, input), list.beyond))
      .orderBy(...list.orderBy)
      .limit(list.rows);
    const page = list.page(rows, withoutSortValue, (row) => row.sortValue);
    return { ...page, data: await keyViewsOf(db, page.data, now) };
  });
}

function withoutSortValue({ sortValue: _sortValue, ...row }: KeyRow & { sortValue: string }): KeyRow {
  return row;
}

interface KeyOrder {
  /** Null: by the id alone. */
  sort: Sort | null;
  /** What is sorted by as text, for the cursor. */
  value: SQL<string>;
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

function filters(ctx: ServiceContext, input: ListKeys): (SQL | undefined)[] {
  const now = ctx.clock.now();
  return [
    isNull(apiKeys.deletedAt),
    withinReach(ctx, apiKeys.environment, input.environment),
    input.search ? searched(input.search) : undefined,
    or(...input.statuses.map((status) => keyIs(status, now))),
    input.permission ? holdsPermission(input.permission) : undefined,
    input.customerId
      ? sql`exists (select from api_key_customers where key_id = ${apiKeys.id} and customer_id = ${input.customerId})`
      : undefined,
    input.owner ? ownedBy(input.owner) : undefined,
    input.tag ? sql`${apiKeys.tags} @> array[${input.tag}]::text[]` : undefined,
    input.lastUse ? lastUse(input.lastUse, now) : undefined,
    input.expiry ? expiry(input.expiry, now) : undefined,
  ];
}

/** An owner's address and name are looked for where they stand, as either may have changed since the key became theirs. */
function searched(search: string): SQL {
  const people = sql`array(select ${admins.id} from ${admins} where ${contains(sql`${admins.email} || ' ' || ${admins.name}`, search)})`;
  return sql`(${contains(sql.raw(KEY_WORDS), search)} or ${apiKeys.id} = ${search} or owner_id = any(${people}))`;
}

function ownedBy(owner: NonNullable<ListKeys["owner"]>): SQL {
  if (!isOwnerState(owner)) {
    // The noted address counts where it is nobody's of the team: a contact's, or that of somebody who was removed.
    return sql`(owner_id = any(array(select ${admins.id} from ${admins} where lower(${admins.email}) = ${foldedText(owner)}))
      or (fold(owner_email) = fold(${owner}) and not exists (select from ${admins} where ${admins.id} = owner_id)))`;
  }
  if (owner === "none") return sql`(owner_id is null and owner_email is null)`;
  return sql`(owner_id is not null and not exists (
    select from ${admins} where ${admins.id} = owner_id and ${admins.deactivatedAt} is null))`;
}

/** Keys that open it, directly or by implication: the question behind the filter is "who can do this?". */
function holdsPermission(needed: Permission): SQL {
  const opening = PERMISSIONS.filter((permission) => grants([permission], needed));
  return sql`permissions && ${sql`array[${sql.join(
    opening.map((permission) => sql`${permission}`),
    sql`, `,
  )}]::text[]`}`;
}

function daysFrom(now: Date, days: number): SQL {
  return sql`${new Date(now.getTime() + days * DAY_MS).toISOString()}::timestamptz`;
}

function lastUse(filter: LastUseFilter, now: Date): SQL {
  const used = sql`coalesce(last_used_at, '-infinity')`;
  if (filter === "never") return sql`${used} = '-infinity'`;
  return sql`(${used} > '-infinity' and ${used} < ${daysFrom(now, -LAST_USE_FILTERS[filter].days)})`;
}

function expiry(filter: ExpiryFilter, now: Date): SQL {
  const expires = sql`coalesce(expires_at, 'infinity')`;
  if (filter === "never") return sql`${expires} = 'infinity'`;
  const past = hasCome(apiKeys.expiresAt, now);
  if (filter === "past") return past;
  return sql`(${not(past)} and ${expires} <= ${daysFrom(now, EXPIRY_FILTERS[filter].days)})`;
}
