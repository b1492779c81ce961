import { and, isNull, type SQL, sql } from "drizzle-orm";
import type { Executor, Transaction } from "@/server/database/connections";
import type { Keyset, Sort } from "@/server/database/keyset";
import { apiKeys } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../../context";
import { expectedKeys } from "./expected";
import { type KeyRow, keyColumns } from "./view";

/** What keys are sorted by. */
export interface KeyOrder {
  /** Null: by the id alone. */
  sort: Sort | null;
  /** What is sorted by as text, for the cursor. */
  value: SQL<string>;
}

/** A key, and what it is sorted by as text. */
export type SortedRow = KeyRow & { sortValue: string };

/** A list of keys, before anything is read. */
export interface KeyList {
  order: KeyOrder;
  page: Keyset;
  /** The order where what is sorted by is a column called `place`. */
  byPlace: SQL[];
  /** Undefined: all keys. */
  narrowing: SQL | undefined;
  /** The same, found by one word of those that are searched for. Undefined: there are none, or none leads to few keys. */
  byWord: SQL | undefined;
  /** What of it is left without the words that are searched for, which cost more than all else. Undefined: nothing, or there are none. */
  withoutWords: SQL | undefined;
  /** What of it stands together in the order, so that the index of the order begins there. */
  together: SQL | undefined;
  /** What of it the index of expiries tells of alone. */
  ends: SQL | undefined;
}

/** How far each way to a page goes. */
export interface Bounds {
  /** How many keys are looked at in the list's order before another way is taken. */
  walked: number;
  /** How many keys that fit are sorted at most. */
  sorted: number;
}

/** Where one key in two hundred fits, those of the first way fill a page as a rule; to sort fewer takes no longer. */
export const BOUNDS: Bounds = { walked: 5_000, sorted: 100_000 };

/** Where Postgres expects so small a part of the keys that are walked to fit at all, they are found by their filters first. */
const FEW = 0.2;

/**
 * The rows of one page. Each order has an index, and so has each filter, but Postgres cannot use both: left to itself it
 * walks the order and looks for what fits, through a million keys where none does, or knows too little of what fits
 * together to take the other way. So the ways are taken in turn, each bounded: the next keys in the order; those from the
 * first that has expired on; then, by the filters' indexes, all that fit, sorted, before their words are looked into where
 * most have what is searched for; and where those are too many to sort, the order again, in which they must come soon unless
 * what fits stands all at its end. Few that fit are sorted at once.
 */
export async function keyRows(ctx: ServiceContext, list: KeyList, bounds: Bounds): Promise<SortedRow[]> {
  if (!list.narrowing) return withDatabase(ctx, (db) => walked(db, list));
  const expected = await withDatabase(ctx, (db) => expectedKeys(db, and(list.narrowing, list.page.beyond)));
  const isFew = expected <= bounds.walked * FEW;
  const few = isFew ? await byFilter(ctx, list, bounds.walked) : null;
  if (few) return few;
  const near = await withDatabase(ctx, (db) => walkedNear(db, list, bounds));
  if (near.length === list.page.rows) return near;
  const { ends, withoutWords } = list;
  const later = ends ? await withDatabase(ctx, (db) => walkedFromFirst(db, list, ends, bounds)) : [];
  if (later.length === list.page.rows) return later;
  const looked = withoutWords ? await wordsLast(ctx, list, withoutWords, expected, bounds) : null;
  if (looked) return looked;
  const sorted = expected <= bounds.sorted ? await byFilter(ctx, list, bounds.sorted) : null;
  return sorted ?? withDatabase(ctx, (db) => walked(db, list));
}

function walked(db: Executor, { order, page, narrowing }: KeyList): Promise<SortedRow[]> {
  return db
    .select({ ...keyColumns, sortValue: order.value })
    .from(apiKeys)
    .where(and(isNull(apiKeys.deletedAt), narrowing, page.beyond))
    .orderBy(...page.orderBy)
    .limit(page.rows);
}

/**
 * Those of the next keys in the order that fit. They are the page where they fill it.
 * @param before what `together` refers to, as WITH
 */
function walkedNear(
  db: Executor,
  list: KeyList,
  { walked }: Bounds,
  before: SQL = sql``,
): Promise<SortedRow[]> {
  const { order, page, narrowing, together, byPlace } = list;
  // With what is sorted by as a column, or Postgres would not know that it is sorted, and look at all before the first.
  const next = sql`(
    ${before} select ${apiKeys}.*, ${placeIn(order)} as place from ${apiKeys}
    where ${and(isNull(apiKeys.deletedAt), together, page.beyond)}
    order by ${inOrder(page.orderBy)} limit ${walked}) as ${apiKeys}`;
  const found = sql`(
    select id as found_id from ${next} where ${narrowing} order by ${inOrder(byPlace)} limit ${page.rows}) as found`;
  return db
    .select({ ...keyColumns, sortValue: order.value })
    .from(apiKeys)
    .innerJoin(found, sql`found_id = ${apiKeys.id}`)
    .orderBy(...page.orderBy);
}

/**
 * The same from the first key on that the index of expiries tells of, which is looked for in that index alone: it has the ids
 * and what there is an order by, and a tenth of a million takes as long as ten thousand keys.
 */
function walkedFromFirst(db: Executor, list: KeyList, ends: SQL, bounds: Bounds): Promise<SortedRow[]> {
  const { order, page, together, byPlace } = list;
  // OFFSET keeps Postgres from looking for the first along the order, which is what takes so long.
  const first = sql`(
    select id, place from (
      select id, ${placeIn(order)} as place from ${apiKeys}
      where ${and(isNull(apiKeys.deletedAt), ends, page.beyond)} offset 0) as ended
    order by ${inOrder(byPlace)} limit 1)`;
  const operator = sql.raw(page.ascending ? ">=" : "<=");
  const onwards = order.sort
    ? sql`(${order.sort.by}, ${apiKeys.id}) ${operator} ((select place from first), (select id from first))`
    : sql`${apiKeys.id} ${operator} (select id from first)`;
  return walkedNear(
    db,
    { ...list, together: and(together, onwards) },
    bounds,
    sql`with first as materialized ${first}`,
  );
}

/**
 * The page out of all keys that fit but for the words that are searched for, sorted before these are looked into: where most have
 * them, for as many as fill it. Null where they have not, or the others are too many to be sorted.
 */
async function wordsLast(
  ctx: ServiceContext,
  list: KeyList,
  withoutWords: SQL,
  expected: number,
  bounds: Bounds,
): Promise<SortedRow[] | null> {
  const { page, narrowing, byPlace } = list;
  const others = await withDatabase(ctx, (db) => expectedKeys(db, and(withoutWords, page.beyond)));
  const isFilled = expected * bounds.walked >= others * page.rows;
  if (!isFilled || others > bounds.sorted) return null;
  const next = sql`(
    select id, place, count(*) over () as out_of from ${fitting(list, withoutWords, bounds.sorted)}
    order by ${inOrder(byPlace)} limit ${bounds.walked}) as next`;
  // OFFSET keeps Postgres from looking into the words of all of them at once.
  const looked = sql`(
    select from ${apiKeys} where ${and(sql`${apiKeys.id} = next.id`, narrowing)} offset 0) as looked`;
  const found = sql`(
    select id as found_id, out_of from ${next} cross join lateral ${looked}
    order by ${inOrder(byPlace)} limit ${page.rows}) as found`;
  const rows = await sortedRows(ctx, list, found, bounds.sorted);
  return rows?.length === page.rows ? rows : null;
}

/** The page out of all keys that fit, found by the indexes of the filters; null where they are too many to be sorted. */
function byFilter(ctx: ServiceContext, list: KeyList, most: number): Promise<SortedRow[] | null> {
  const { page, narrowing, byWord, byPlace } = list;
  const found = sql`(
    select id as found_id, count(*) over () as out_of from ${fitting(list, byWord ?? narrowing, most)}
    order by ${inOrder(byPlace)} limit ${page.rows}) as found`;
  return sortedRows(ctx, list, found, most);
}

/** One more than may be sorted, so that it is known whether these are all. */
function fitting({ order, page }: KeyList, narrowing: SQL | undefined, most: number): SQL {
  return sql`(
    select id, ${placeIn(order)} as place from ${apiKeys}
    where ${and(isNull(apiKeys.deletedAt), narrowing, page.beyond)} limit ${most + 1}) as fitting`;
}

/** @param found the keys of the page, as `found_id`, and `out_of` how many they are; null where those are more than `most` */
function sortedRows(
  ctx: ServiceContext,
  { order, page, ends }: KeyList,
  found: SQL,
  most: number,
): Promise<SortedRow[] | null> {
  return withTransaction(ctx, async ({ tx }) => {
    await planByFilters(tx, ends !== undefined);
    const rows = await tx
      .select({ ...keyColumns, sortValue: order.value, outOf: sql<number>`out_of::int` })
      .from(apiKeys)
      .innerJoin(found, sql`found_id = ${apiKeys.id}`)
      .orderBy(...page.orderBy);
    await tx.execute(
      sql`select set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true)`,
    );
    if ((rows[0]?.outOf ?? 0) > most) return null;
    return rows.map(({ outOf: _outOf, ...row }) => row);
  });
}

/** What is sorted by, before the id. */
const placeIn = ({ sort }: KeyOrder) => sort?.by ?? sql`''`;

const inOrder = (by: SQL[]) => sql.join(by, sql`, `);

/**
 * Leaves the planner the indexes of the filters alone, put together as bitmaps. With a limit it would rather read the table
 * from its start, and hope. What is sorted then has room in the memory.
 * @param isInOne whether one index may have all that is asked for, and need not be made a bitmap of
 */
function planByFilters(tx: Transaction, isInOne: boolean): Promise<unknown> {
  const settings = {
    enable_seqscan: "off",
    enable_indexscan: isInOne ? "on" : "off",
    max_parallel_workers_per_gather: "0",
    work_mem: "16MB",
    // What a filter finds is worth a look, or Postgres reads the index of another that a third of all keys fit.
    random_page_cost: "1.1",
  };
  const each = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
  return tx.execute(sql`select ${sql.join(each, sql`, `)}`);
}
