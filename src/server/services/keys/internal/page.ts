import { and, isNull, type SQL, sql } from "drizzle-orm";
import type { Executor, Transaction } from "@/server/database/connections";
import type { Keyset, Sort } from "@/server/database/keyset";
import { apiKeys } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../../context";
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
 * first that has expired on; then, by the filters' indexes, all that fit, sorted; and where those are too many to sort, the
 * order again, in which they must come soon unless what fits stands all at its end. Few that fit are sorted at once.
 */
export async function keyRows(ctx: ServiceContext, list: KeyList, bounds: Bounds): Promise<SortedRow[]> {
  if (!list.narrowing) return withDatabase(ctx, (db) => walked(db, list));
  const expected = await withDatabase(ctx, (db) => expectedRows(db, list));
  const isFew = expected <= bounds.walked * FEW;
  const few = isFew ? await byFilter(ctx, list, bounds.walked) : null;
  if (few) return few;
  const near = await withDatabase(ctx, (db) => walkedNear(db, list, bounds));
  if (near.length === list.page.rows) return near;
  const { ends, order } = list;
  const later =
    ends && !order.sort ? await withDatabase(ctx, (db) => walkedFromFirst(db, list, ends, bounds)) : [];
  if (later.length === list.page.rows) return later;
  const sorted = expected <= bounds.sorted ? await byFilter(ctx, list, bounds.sorted) : null;
  return sorted ?? withDatabase(ctx, (db) => walked(db, list));
}

/** How many keys Postgres expects to fit, by its statistics. Only which way comes first rests on it. */
async function expectedRows(db: Executor, { page, narrowing }: KeyList): Promise<number> {
  const [row] = await db.execute<{ "QUERY PLAN": { Plan: { "Plan Rows": number } }[] }>(sql`
    explain (format json) select from ${apiKeys} where ${and(isNull(apiKeys.deletedAt), narrowing, page.beyond)}`);
  return row?.["QUERY PLAN"][0]?.Plan["Plan Rows"] ?? Number.POSITIVE_INFINITY;
}

function walked(db: Executor, { order, page, narrowing }: KeyList): Promise<SortedRow[]> {
  return db
    .select({ ...keyColumns, sortValue: order.value })
    .from(apiKeys)
    .where(and(isNull(apiKeys.deletedAt), narrowing, page.beyond))
    .orderBy(...page.orderBy)
    .limit(page.rows);
}

/** Those of the next keys in the order that fit. They are the page where they fill it. */
function walkedNear(db: Executor, list: KeyList, { walked }: Bounds): Promise<SortedRow[]> {
  const { order, page, narrowing, together, byPlace } = list;
  // With what is sorted by as a column, or Postgres would not know that it is sorted, and look at all before the first.
  const next = sql`(
    select ${apiKeys}.*, ${order.sort?.by ?? sql`''`} as place from ${apiKeys}
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
 * The same from the first key on that the index of expiries tells of, which is looked for in that index alone: it has the ids,
 * and a tenth of a million takes as long as ten thousand keys.
 */
async function walkedFromFirst(db: Executor, list: KeyList, ends: SQL, bounds: Bounds): Promise<SortedRow[]> {
  const { page, together, byPlace } = list;
  // OFFSET keeps Postgres from looking for the first along the order, which is what takes so long.
  const ended = sql`(
    select id from ${apiKeys} where ${and(isNull(apiKeys.deletedAt), ends, page.beyond)} offset 0) as ended`;
  const [first] = await db.execute<{ id: string }>(
    sql`select id from ${ended} order by ${inOrder(byPlace)} limit 1`,
  );
  if (!first) return [];
  const onwards = sql`${apiKeys.id} ${sql.raw(page.ascending ? ">=" : "<=")} ${first.id}`;
  return walkedNear(db, { ...list, together: and(together, onwards) }, bounds);
}

/** The page out of all keys that fit, found by the indexes of the filters; null where they are too many to be sorted. */
function byFilter(ctx: ServiceContext, list: KeyList, most: number): Promise<SortedRow[] | null> {
  const { order, page, narrowing, byPlace, ends } = list;
  const fitting = sql`(
    select id, ${order.sort?.by ?? sql`''`} as place from ${apiKeys}
    where ${and(isNull(apiKeys.deletedAt), narrowing, page.beyond)} limit ${most + 1}) as fitting`;
  const found = sql`(
    select id as found_id, count(*) over () as out_of from ${fitting} order by ${inOrder(byPlace)} limit ${page.rows}) as found`;
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
