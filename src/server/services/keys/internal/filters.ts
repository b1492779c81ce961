import { and, not, or, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import { DAY_MS } from "@/contracts/durations";
import { isOwnerState } from "@/contracts/key-labels";
import {
  EXPIRY_FILTERS,
  type ExpiryFilter,
  LAST_USE_FILTERS,
  type LastUseFilter,
  type listKeysStepSchema,
} from "@/contracts/keys";
import { grants, PERMISSIONS, type Permission } from "@/contracts/permissions";
import { folded as foldedText } from "@/contracts/text";
import type { Executor } from "@/server/database/connections";
import { hasCome, keyIs } from "@/server/database/ends";
import { admins, apiKeys, KEY_WORDS } from "@/server/database/schema";
import { contains } from "@/server/database/search";
import type { ServiceContext } from "../../context";
import { withinReach } from "../../reach";

type ListKeys = z.output<typeof listKeysStepSchema>;

/**
 * Which keys a list shows, besides that they are not deleted, each condition in the words of the index that serves it.
 * @param left the owners who have left, where the list is of theirs
 * @returns undefined: all of them
 */
export function narrowingOf(ctx: ServiceContext, input: ListKeys, left: readonly string[]): SQL | undefined {
  const now = ctx.clock.now();
  return and(
    withinReach(ctx, apiKeys.environment, input.environment),
    input.search ? searched(input.search) : undefined,
    or(...input.statuses.map((status) => keyIs(status, now))),
    input.permission ? holdsPermission(input.permission) : undefined,
    input.customerId
      ? sql`exists (select from api_key_customers where key_id = ${apiKeys.id} and customer_id = ${input.customerId})`
      : undefined,
    input.owner ? ownedBy(input.owner, left) : undefined,
    input.tag ? sql`${apiKeys.tags} @> array[${input.tag}]::text[]` : undefined,
    input.lastUse ? lastUse(input.lastUse, now) : undefined,
    input.expiry ? expiry(input.expiry, now) : undefined,
  );
}

/**
 * The part of what a list shows that stands together in its order, so that the order's index begins there: instants in the
 * order of these, and in that of creation whatever has an index of its own in it.
 */
export function togetherIn(ctx: ServiceContext, input: ListKeys): SQL | undefined {
  const now = ctx.clock.now();
  const [status, ...otherStatuses] = input.statuses;
  const one = otherStatuses.length === 0 ? status : undefined;
  if (input.sort === "lastUsedAt") return input.lastUse ? lastUse(input.lastUse, now) : undefined;
  if (input.sort === "expiresAt") {
    const expired = hasCome(apiKeys.expiresAt, now);
    return and(
      input.expiry ? expiry(input.expiry, now) : undefined,
      one === "expired" ? expired : one === "active" ? not(expired) : undefined,
    );
  }
  if (input.sort !== "createdAt") return undefined;
  if (one === "inactive") return keyIs(one, now);
  return input.environment ? withinReach(ctx, apiKeys.environment, input.environment) : undefined;
}

/** An owner's address and name are looked for where they stand, as either may have changed since the key became theirs. */
function searched(search: string): SQL {
  const people = sql`array(select ${admins.id} from ${admins} where ${contains(sql`${admins.email} || ' ' || ${admins.name}`, search)})`;
  return sql`(${contains(sql.raw(KEY_WORDS), search)} or ${apiKeys.id} = ${search} or owner_id = any(${people}))`;
}

function ownedBy(owner: NonNullable<ListKeys["owner"]>, left: readonly string[]): SQL {
  if (!isOwnerState(owner)) {
    // The noted address counts where it is nobody's of the team: a contact's, or that of somebody who was removed.
    return sql`(owner_id = any(array(select ${admins.id} from ${admins} where lower(${admins.email}) = ${foldedText(owner)}))
      or (fold(owner_email) = fold(${owner}) and not exists (select from ${admins} where ${admins.id} = owner_id)))`;
  }
  // In the words of the indexes.
  if (owner === "none") return sql`(owner_id is null and fold(owner_email) is null)`;
  return sql`owner_id = any(${sql.param([...left])}::text[])`;
}

/**
 * The ids of owners of keys who were removed or deactivated. From each the index leads to the next larger one (as
 * database/distinct.ts does), so as many are looked up as there are owners, however many keys.
 */
export async function ownersWhoLeft(db: Executor): Promise<string[]> {
  const next = (beyond: SQL) => sql`
    select owner_id from ${apiKeys} where deleted_at is null and owner_id is not null and ${beyond} order by owner_id limit 1`;
  const rows = await db.execute<{ id: string }>(sql`
    with recursive known (id) as (
      (${next(sql`true`)})
      union all
      select (${next(sql`owner_id > known.id`)}) from known where known.id is not null
    )
    select id from known where id is not null and not exists (
      select from ${admins} where ${admins.id} = known.id and ${admins.deactivatedAt} is null)`);
  return rows.map(({ id }) => id);
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
