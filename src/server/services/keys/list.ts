import { and, asc, desc, eq, isNull, not, or, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import {
  EXPIRY_FILTERS,
  type ExpiryFilter,
  type KeySort,
  type KeyView,
  LAST_USE_FILTERS,
  type LastUseFilter,
  type listKeysSchema,
} from "@/contracts/keys";
import type { ConsolePage } from "@/contracts/lists";
import { grants, PERMISSIONS, type Permission } from "@/contracts/permissions";
import { timestampSchema } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { invalidField } from "@/server/core/errors";
import { hasCome, keyIs } from "@/server/database/ends";
import { type KeysetPosition, keysetPage, keysetPosition } from "@/server/database/keyset";
import { apiKeys } from "@/server/database/schema";
import { contains, folded } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { type KeyRow, keyColumns, keyViewsOf } from "./internal/view";

type ListKeys = z.output<typeof listKeysSchema>;

const DAY_MS = 86_400_000;

/**
 * Keys for the console, filtered, sorted, a page at a time. Every sort has an index that ends in the id, so a page costs
 * the same at the end of a million keys as at the start.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listKeys(ctx: ServiceContext, input: ListKeys): Promise<ConsolePage<KeyView>> {
  authorize(ctx, "keys:read");
  const now = ctx.clock.now();
  const position = keysetPosition(input.cursor, "key");
  const sort = SORTS[input.sort];
  const ascending = (input.direction === "asc") !== (position?.backward ?? false);
  const direction = ascending ? asc : desc;
  return withDatabase(ctx, async (db) => {
    const rows = await db
      .select({ ...keyColumns, sortValue: sort.value })
      .from(apiKeys)
      .where(and(...filters(input, now), position ? beyond(input.sort, position, ascending) : undefined))
      .orderBy(...(sort.expression ? [direction(sort.expression)] : []), direction(apiKeys.id))
      .limit(input.pageSize + 1);
    const page = keysetPage(rows, {
      limit: input.pageSize,
      position,
      sortValueOf: (row) => row.sortValue,
      toItem: (row) => row,
    });
    return { ...page, data: await keyViewsOf(db, page.data.map(withoutSortValue), now) };
  });
}

function withoutSortValue({ sortValue: _sortValue, ...row }: KeyRow & { sortValue: string }): KeyRow {
  return row;
}

interface Sort {
  /** What is ordered by before the id; must be written as in the index. Null: the id alone. */
  expression: SQL | null;
  /** The same as text, for the cursor. */
  value: SQL<string>;
  /** Turns the cursor's text into the expression's type. */
  parse(text: string): SQL;
}

/** How {@link instantSort} writes an instant. Strict: Postgres faults on much of what Date.parse takes, such as "key 1". */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function parseInstant(text: string): SQL {
  const isInstant = INSTANT.test(text) && timestampSchema.safeParse(text).success;
  if (!isInstant && text !== "infinity" && text !== "-infinity") {
    throw invalidField("cursor", "Is not a cursor of this list; start again without one", "invalid_cursor");
  }
  return sql`${text}::timestamptz`;
}

function instantSort(expression: SQL): Sort {
  // ISO 8601 in UTC, whatever the connection's DateStyle and TimeZone are.
  const iso = sql<string>`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const value = sql<string>`case when isfinite(${expression}) then ${iso} else ${expression}::text end`;
  return { expression, value, parse: parseInstant };
}

const SORTS: Record<KeySort, Sort> = {
  createdAt: { expression: null, value: sql<string>`''`, parse: (text) => sql`${text}` },
  name: { expression: folded(sql`name`), value: folded(sql`name`), parse: (text) => sql`${text}` },
  lastUsedAt: instantSort(sql`coalesce(last_used_at, '-infinity')`),
  expiresAt: instantSort(sql`coalesce(expires_at, 'infinity')`),
};

/** The rows after (ascending) or before (descending) a position, as one row comparison, which the index serves. */
function beyond(sort: KeySort, position: KeysetPosition, ascending: boolean): SQL {
  const { expression, parse } = SORTS[sort];
  const operator = sql.raw(ascending ? ">" : "<");
  if (!expression) return sql`${apiKeys.id} ${operator} ${position.id}`;
  return sql`(${expression}, ${apiKeys.id}) ${operator} (${parse(position.value)}, ${position.id})`;
}

function filters(input: ListKeys, now: Date): (SQL | undefined)[] {
  return [
    isNull(apiKeys.deletedAt),
    input.environment ? eq(apiKeys.environment, input.environment) : undefined,
    input.search
      ? sql`(${contains(sql`name || ' ' || display || ' ' || coalesce(previous_display, '')`, input.search)} or ${apiKeys.id} = ${input.search})`
      : undefined,
    or(...input.statuses.map((status) => keyIs(status, now))),
    input.permission ? holdsPermission(input.permission) : undefined,
    input.customer
      ? sql`exists (select from api_key_customers where key_id = ${apiKeys.id} and customer_id = ${input.customer})`
      : undefined,
    input.lastUse ? lastUse(input.lastUse, now) : undefined,
    input.expiry ? expiry(input.expiry, now) : undefined,
  ];
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
