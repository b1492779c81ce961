import { and, not, or, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import { DAY_MS } from "@/contracts/durations";
import { isOwnerState } from "@/contracts/key-labels";
import { EXPIRY_FILTERS, type ExpiryFilter, LAST_USE_FILTERS, type LastUseFilter } from "@/contracts/keys";
import { grants, isPermission, PERMISSIONS } from "@/contracts/permissions";
import type { listKeysStepSchema } from "@/contracts/schemas/keys";
import { folded as foldedText } from "@/contracts/text";
import type { Executor } from "@/server/database/connections";
import { hasCome, keyIs } from "@/server/database/ends";
import { admins, apiKeys, KEY_WORDS } from "@/server/database/schema";
import { contains } from "@/server/database/search";
import type { ServiceContext } from "../../context";
import { withinReach } from "../../reach";
import { madeBy } from "./made";

type ListKeys = z.output<typeof listKeysStepSchema>;

/** The people that a list's filters speak of, by their ids. Looked up before: of a sub-select Postgres does not know how many it finds. */
export interface People {
  /** Whose keys are shown. */
  owners: readonly string[];
  /** Whose address or name has the text that is searched for. */
  found: readonly string[];
}

/** Looks up whom the filters speak of. */
export async function peopleIn(db: Executor, { owner, search }: ListKeys): Promise<People> {
  const ids = async (condition: SQL) =>
    (await db.select({ id: admins.id }).from(admins).where(condition)).map(({ id }) => id);
  const owners = async () => {
    if (!owner || owner === "none") return [];
    return isOwnerState(owner) ? ownersWhoLeft(db) : ids(sql`lower(${admins.email}) = ${foldedText(owner)}`);
  };
  return {
    owners: await owners(),
    found: search ? await ids(contains(sql`${admins.email} || ' ' || ${admins.name}`, search)) : [],
  };
}

/**
 * Which keys a list shows, besides that they are not deleted, each condition in the words of the index that serves it.
 * @param word of what is searched for, the one that the index of words is asked for in its place (expected.ts)
 * @returns undefined: all of them
 */
export function narrowingOf(
  ctx: ServiceContext,
  input: ListKeys,
  people: People,
  word: string | null = null,
): SQL | undefined {
  const now = ctx.clock.now();
  return and(
    withinReach(ctx, apiKeys.environment, input.environment),
    input.search ? searched(input.search, people.found, word) : undefined,
    or(...input.statuses.map((status) => keyIs(status, now))),
    input.permission ? holdsPermission(input.permission) : undefined,
    input.customerId
      ? sql`exists (select from api_key_customers where key_id = ${apiKeys.id} and customer_id = ${input.customerId})`
      : undefined,
    input.madeBy ? madeBy(input.madeBy, now) : undefined,
    input.owner ? ownedBy(input.owner, people.owners) : undefined,
    input.tag ? sql`${apiKeys.tags} @> array[${input.tag}]::text[]` : undefined,
    input.lastUse ? lastUse(input.lastUse, now) : undefined,
    input.expiry ? expiry(input.expiry, now) : undefined,
  );
}

/**
 * The part of what a list shows that the index of expiries tells of alone. Keys live alike, so those that have expired are the
 * last that were made, or the first, and in the order of creation there may be half of all before the first of them.
 */
export function endsIn(ctx: ServiceContext, input: ListKeys): SQL | undefined {
  const now = ctx.clock.now();
  const expired = input.statuses.length === 1 && input.statuses[0] === "expired";
  return and(
    expired ? keyIs("expired", now) : undefined,
    input.expiry && input.expiry !== "never" ? expiry(input.expiry, now) : undefined,
  );
}

/**
 * The part of what a list shows that stands together in its order, so that the order's index begins there: instants in the
 * order of these, and in that of creation whatever has an index of its own in it.
 */
export function togetherIn(ctx: ServiceContext, input: ListKeys, people: People): SQL | undefined {
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
  // A contact's alone: a person's are found by either of two indexes.
  if (input.owner && !isOwnerState(input.owner) && people.owners.length === 0) return hasAddress(input.owner);
  if (one === "inactive") return keyIs(one, now);
  return input.environment ? withinReach(ctx, apiKeys.environment, input.environment) : undefined;
}

const hasAddress = (email: string) => sql`fold(owner_email) = fold(${email})`;

const ownerAmong = (ids: readonly string[]) => sql`owner_id = any(${sql.param([...ids])}::text[])`;

/** An owner's address and name are looked for where they stand, as either may have changed since the key became theirs. */
function searched(search: string, people: readonly string[], word: string | null): SQL | undefined {
  const words = sql.raw(KEY_WORDS);
  return or(
    // Not in the words of the index where that is asked for one word alone.
    word ? and(contains(words, word), contains(sql`${words} || ''`, search)) : contains(words, search),
    sql`${apiKeys.id} = ${search}`,
    people.length > 0 ? ownerAmong(people) : undefined,
  );
}

function ownedBy(owner: NonNullable<ListKeys["owner"]>, people: readonly string[]): SQL | undefined {
  // In the words of the indexes.
  if (owner === "none") return sql`(owner_id is null and fold(owner_email) is null)`;
  if (isOwnerState(owner)) return ownerAmong(people);
  // The noted address counts where it is nobody's of the team: a contact's, or that of somebody who was removed.
  const noted = sql`(${hasAddress(owner)} and not exists (select from ${admins} where ${admins.id} = owner_id))`;
  return people.length > 0 ? or(ownerAmong(people), noted) : noted;
}

/**
 * The ids of owners of keys who were removed or deactivated. From each the index leads to the next larger one (as
 * database/distinct.ts does), so as many are looked up as there are owners, however many keys.
 */
async function ownersWhoLeft(db: Executor): Promise<string[]> {
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
export function holdsPermission(needed: string): SQL {
  if (!isPermission(needed)) {
    // Of the operator's own, what includes it stands in their table, of which there are few.
    return sql`permissions && array(select ${needed} union all select name from permissions where ${needed} = any(implies))`;
  }
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
