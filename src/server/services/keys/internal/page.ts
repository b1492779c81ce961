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
}

/** How far each way to a page goes. */
export interface Bounds {
  /** How many keys are looked at in the list's order before another way is taken. */
  walked: number;
  /** How many keys that fit are sorted at most. */
  sorted: number;
}

/** Where two keys in a thousand fit, those of the first way fill a page as a rule. */
export const BOUNDS: Bounds = { walked: 10_000, sorted: 100_000 };

/**
 * The rows of one page. Each order has an index, and so has each filter, but Postgres cannot use both: left to itself it
 * walks the order and looks for what fits, through a million keys where none does, or knows too little of what fits
 * together to take the other way. So the ways are taken in turn, each bounded: the next keys in the order; then, by the
 * filters' indexes, all that fit, sorted; and where those are too many to sort, the order again, in which they must come
 * soon unless what fits stands all at its end.
 */
export async function keyRows(ctx: ServiceContext, list: KeyList, bounds: Bounds): Promise<SortedRow[]> {
  if (!list.narrowing) return withDatabase(ctx, (db) => walked(db, list));
  const near = await withDatabase(ctx, (db) => walkedNear(db, list, bounds));
  if (near.length === list.page.rows) return near;
  const sorted = await byFilter(ctx, list, bounds);
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

/** The page out of all keys that fit, found by the indexes of the filters; null where they are too many to be sorted. */
function byFilter(ctx: ServiceContext, list: KeyList, { sorted }: Bounds): Promise<SortedRow[] | null> {
  const { order, page, narrowing, byPlace } = list;
  const fitting = sql`(
    select id, ${order.sort?.by ?? sql`''`} as place from ${apiKeys}
    where ${and(isNull(apiKeys.deletedAt), narrowing, page.beyond)} limit ${sorted + 1}) as fitting`;
  const found = sql`(
    select id as found_id, count(*) over () as out_of from ${fitting} order by ${inOrder(byPlace)} limit ${page.rows}) as found`;
  return withTransaction(ctx, async ({ tx }) => {
    await plan(tx, "off");
    const rows = await tx
      .select({ ...keyColumns, sortValue: order.value, outOf: sql<number>`out_of::int` })
      .from(apiKeys)
      .innerJoin(found, sql`found_id = ${apiKeys.id}`)
      .orderBy(...page.orderBy);
    await plan(tx, "on");
    if ((rows[0]?.outOf ?? 0) > sorted) return null;
    return rows.map(({ outOf: _outOf, ...row }) => row);
  });
}

const inOrder = (by: SQL[]) => sql.join(by, sql`, `);

/**
 * Leaves the planner bitmaps alone, which are the indexes of the filters put together, or gives it back the rest. With a
 * limit it would rather read the table from its start, and hope. What is sorted then has room in the memory.
 */
function plan(tx: Transaction, others: "on" | "off"): Promise<unknown> {
  const settings = {
    enable_seqscan: others,
    enable_indexscan: others,
    work_mem: others === "off" ? "16MB" : null,
  };
  const each = Object.entries(settings).flatMap(([name, value]) =>
    value === null ? [] : [sql`set_config(${name}, ${value}, true)`],
  );
  return tx.execute(sql`select ${sql.join(each, sql`, `)}`);
}
