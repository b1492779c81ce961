import { and, eq, isNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { Executor } from "@/server/database/connections";
import { apiKeyCustomers, apiKeys, customers as customersTable } from "@/server/database/schema";
import type { CallingKey } from "../../calling-key";

/** How many keys one call looks through, at most. */
export interface Look {
  keys: number;
  /** Of a key with customers: there may be a hundred of them, each with as many keys. */
  keysOfCustomers: number;
}

/** To look into the words of a key takes some microseconds. */
export const LOOK: Look = { keys: 5_000, keysOfCustomers: 1_000 };

/** A part of the keys that a calling key may manage, next to each other in the order of the list. */
export interface Stretch {
  /** The condition that leads to them by an index, whatever else is asked of them. */
  within: SQL | undefined;
  /** Where the next one begins, for a cursor; null: they are the last. */
  next: string | null;
}

const NOTHING: Stretch = { within: sql`false`, next: null };

/** What a page is asked for that decides which keys are looked through. */
export interface Asked {
  /** What is beyond the cursor, of a column with ids. */
  beyond(id: SQLWrapper): SQL | undefined;
  /** Only keys that are restricted to this customer. */
  customerId: Id<"cus"> | undefined;
}

/**
 * The next keys that the calling key may manage, newest first, of which a call looks at no others: what fits may be one in a million, and
 * the index of words would find it by words that the API does not show, in a time that tells of them. They are counted before it is
 * known what fits, and deleted ones with them where one key has made them, so that as much is read whatever is asked for.
 */
export async function nextStretch(
  db: Executor,
  { id, managesKeys, customers, principal }: CallingKey,
  { beyond, customerId }: Asked,
  look: Look,
): Promise<Stretch> {
  // As for one that is not there: how many keys another's customer has is not told by how many pages there are.
  if (customerId && customers && !customers.includes(customerId)) return NOTHING;
  const scope = customerId ? [customerId] : customers;
  if (managesKeys === "all" && scope)
    return stretchOfCustomers(db, principal.environment, scope, beyond(sql`key_id`), look.keysOfCustomers);
  const candidates =
    managesKeys === "all"
      ? and(eq(apiKeys.environment, principal.environment), isNull(apiKeys.deletedAt))
      : eq(apiKeys.createdByKeyId, id);
  const [last, next] = await db.execute<{ id: string }>(sql`
    select id from ${apiKeys} where ${and(candidates, beyond(apiKeys.id))}
    order by id desc offset ${look.keys - 1} limit 2`);
  if (!last || !next) return { within: candidates, next: null };
  return { within: and(candidates, sql`${apiKeys.id} >= ${last.id}`), next: placeBetween(last.id, next.id) };
}

/**
 * From the customers on: among all keys of an environment theirs may be few. Of another environment's there are none, whoever
 * asks for its keys by its id.
 */
async function stretchOfCustomers(
  db: Executor,
  environment: Environment,
  customers: readonly string[],
  beyond: SQL | undefined,
  look: number,
): Promise<Stretch> {
  const rows = await db.execute<{ id: string }>(sql`
    select distinct key_id as id from ${customersTable} as own cross join lateral (
      select key_id from ${apiKeyCustomers} where ${and(sql`customer_id = own.id`, beyond)}
      order by key_id desc limit ${look + 1}) as next
    where own.id = any(${sql.param([...customers])}::text[]) and own.environment = ${environment}
    order by key_id desc limit ${look + 1}`);
  const ids = rows.map((row) => row.id);
  const [last, next] = ids.slice(look - 1);
  return {
    within: sql`${apiKeys.id} = any(${sql.param(ids.slice(0, look))}::text[])`,
    next: last && next ? placeBetween(last, next) : null,
  };
}

/** What sorts between two ids, and is neither: a cursor must not name a key that is not shown. At least as much of the first as tells them apart. */
function placeBetween(last: string, next: string): string {
  let length = 1;
  while (last.slice(0, length) <= next) length++;
  return last.slice(0, length);
}
