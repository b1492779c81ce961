import type postgres from "postgres";
import { OUR_SEQUENCES, OUR_TABLES } from "../catalog";
import type { Database } from "../connections";
import { copyOut } from "../copy";
import { inTransaction } from "../session";
import { timeLimitSettings } from "../time-limits";

/** A table as a backup has it. */
export interface SavedTable {
  name: string;
  /** In the order of their values in a row. */
  columns: string[];
  /** Of one that has a partition for each UTC day: these days, such as `2026-11-23`. */
  days?: string[] | undefined;
}

/** What of a database goes into a backup, beside the rows themselves. */
export interface Outline {
  /** When its last migration was made, in milliseconds: which tables and columns it has follows from that. */
  migration: number;
  /** Each after those that it refers to. */
  tables: SavedTable[];
  sequences: { name: string; value: string; called: boolean }[];
}

/** A database as it is at one instant, however long reading it takes, and whatever is written meanwhile. */
export interface Snapshot extends Outline {
  /** The rows of one of the tables as COPY writes them: a line each, of UTF-8. To be read to its end before the next. */
  rowsOf(table: SavedTable): AsyncIterable<Buffer>;
}

/**
 * Passwords of roles that a restored database has not, sessions that a stolen backup must not open, challenges of passkeys, links and invitations,
 * which may have been revoked since, and mails: what waits to be sent may hold a link that opens something, and was sent since. What waits for webhooks was sent since
 * too, and a copy that is tried out must not send it again.
 * And numbers of changes: a cache that knows those of one database must find others in the next.
 */
export const NOT_SAVED = [
  "admin_links",
  "api_logins",
  "invitations",
  "key_change_counter",
  "key_changes",
  "mails",
  "passkey_challenges",
  "sessions",
  "webhook_attempts",
  "webhook_deliveries",
  "webhook_messages",
];

/** Reading ten gigabytes is no fault, nor is a slow disk that they are written to. */
const NO_TIME_LIMITS = timeLimitSettings({ statement: 0, lock: 0, idle: 0 });

/**
 * Opens a snapshot of all that is Keyward's. While it is open no partition of a past day can be dropped, and a migration
 * waits for its end; nothing else is held up.
 */
export async function withSnapshot<Result>(
  { $client, dropped }: Pick<Database, "$client" | "dropped">,
  read: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  return inTransaction(
    $client,
    dropped,
    async (sql) => {
      // By SET, which unlike a query does not take the snapshot yet.
      for (const [name, value] of Object.entries(NO_TIME_LIMITS))
        await sql.unsafe(`set local ${name} = ${value}`);
      const tables = OUR_TABLES.filter((name) => !NOT_SAVED.includes(name));
      const present = await sql<{ name: string }[]>`
        select name from unnest(${tables}::text[]) as name where to_regclass(format('public.%I', name)) is not null`;
      const names = present.map(({ name }) => name);
      // What is dropped before it is read would fail the whole.
      await sql`lock table ${sql(names.map((name) => `public.${name}`))} in access share mode`;
      const outline = await readOutline(sql, names);
      const rowsOf = (table: SavedTable) => copyOut(sql, table);
      return read({ ...outline, rowsOf });
    },
    "isolation level repeatable read read only",
  );
}

async function readOutline(sql: postgres.TransactionSql, names: readonly string[]): Promise<Outline> {
  const [last] = await sql<{ at: number }[]>`
    select max(created_at)::float8 as at from drizzle.__drizzle_migrations`;
  const tables = await sql<(SavedTable & { refersTo: string[] })[]>`
    select relname as name,
      (select array_agg(attname::text order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      (select array_agg(to_char(to_date(right(part.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') order by part.relname)
        from pg_inherits join pg_class as part on part.oid = inhrelid where inhparent = c.oid) as days,
      array(select confrelid::regclass::text from pg_constraint
        where conrelid = c.oid and contype = 'f' and confrelid <> c.oid) as "refersTo"
    from pg_class c
    where relnamespace = 'public'::regnamespace and relname = any(${names}) and relkind in ('r', 'p')
    order by relname`;
  const sequences = await sql<{ name: string }[]>`
    select name from unnest(${OUR_SEQUENCES}::text[]) as name where to_regclass(format('public.%I', name)) is not null`;
  const places: Outline["sequences"] = [];
  for (const { name } of sequences) {
    const [place] = await sql<{ value: string; called: boolean }[]>`
      select last_value::text as value, is_called as called from public.${sql(name)}`;
    if (place) places.push({ name, ...place });
  }
  return { migration: last?.at ?? 0, tables: inOrder(tables), sequences: places };
}

/** Each after those that it refers to, so that the rows can be loaded one table after the other. */
function inOrder(tables: readonly (SavedTable & { refersTo: string[] })[]): SavedTable[] {
  const ordered: SavedTable[] = [];
  const left = [...tables];
  while (left.length > 0) {
    const at = left.findIndex(({ refersTo }) => !left.some(({ name }) => refersTo.includes(name)));
    const [next] = left.splice(at, 1);
    if (at === -1 || !next) throw new Error("Tables refer to each other in a circle");
    const { name, columns, days } = next;
    ordered.push({ name, columns, days: days ?? undefined });
  }
  return ordered;
}
