import type { Id } from "@/contracts/ids";
import type { Database } from "@/server/database/connections";
import { DATABASE_MS, type DatabaseClock } from "@/server/database/database-clock";
import { withStatement } from "@/server/database/session";
import type { KeysRead } from "./key-cache";
import { KEY_COLUMNS, type KeyRow, lastUseMs, type VerifiedKey, verifiedKeyOf } from "./verified-key";

/** Keys that one read tells to have changed; after more of them a cache is emptied. */
const MAX_CHANGED = 1_000;

/** What each row of the shared read carries of changes. */
interface ChangesRow {
  epoch: string;
  change: number;
  purged_to: number;
  /** At most one more than can be told. */
  changed: Id<"key">[];
  /** Of the keys whose use was asked for, in their order; null: never. */
  uses_ms: (number | null)[];
  database_ms: number;
}

/** A row of the shared read: of a digest that was asked for, with its key where there is one, or of none. */
type SharedRow = ChangesRow & ({ asked?: undefined } | ({ asked: string } & (KeyRow | { id: null })));

/**
 * Reads what has changed of keys since a number, and the keys of digests, all in one statement and so in one snapshot.
 * @param database of the owner's login: keyward_api cannot see keys
 * @param digests hex; none where all that is asked for is cached, which makes it next to free
 * @param usesOf cached keys whose last use is to be read
 * @throws AppError unavailable when Postgres is away
 */
export async function readKeys(
  database: Database,
  clock: DatabaseClock,
  since: number,
  digests: readonly string[],
  usesOf: readonly Id<"key">[],
): Promise<KeysRead<VerifiedKey>> {
  const askedAt = performance.now();
  const isCached = digests.length === 0;
  const parameters = isCached ? [since, [...usesOf]] : [since, [...usesOf], [...digests]];
  const rows = await withStatement(database, (sql) =>
    sql.unsafe<SharedRow[]>(isCached ? SELECT_CHANGES : SELECT_KEYS, parameters, { prepare: true }),
  );
  const [first] = rows;
  if (!first) throw new Error("Postgres said nothing.");
  const { epoch, change: number, purged_to: purgedTo, changed, uses_ms, database_ms: databaseMs } = first;
  const readAt = clock.readAt(databaseMs, askedAt);
  const keys = new Map<string, VerifiedKey>();
  for (const row of rows)
    if (row.asked !== undefined && row.id !== null) keys.set(row.asked, verifiedKeyOf(row, readAt));
  return {
    epoch,
    number,
    purgedTo,
    changed: changed.length > MAX_CHANGED ? null : changed,
    keys,
    lastUses: datesOf(usesOf, uses_ms),
    readAt,
  };
}

function datesOf(ids: readonly Id<"key">[], uses: ChangesRow["uses_ms"]): Map<Id<"key">, Date> {
  const dates = new Map<Id<"key">, Date>();
  for (const [at, id] of ids.entries()) {
    const ms = uses[at] ?? null;
    if (ms !== null) dates.set(id, new Date(ms));
  }
  return dates;
}

/*
 * As text: to put a statement together of pieces takes the driver longer than to send it. Of another epoch are the numbers of
 * another counter, as after a restore, and those of a server that was put back to an earlier state, or that took the place of
 * one whose last changes it never got. $1 is the number since which: asked for in no order, Postgres, which cannot know that there
 * are none, reads through all notes of a bulk change for the first few. $2 are the keys whose last use is to be read: an object by
 * their ids would be of a shape of its own each time, for which V8 makes a description that it keeps.
 */
const SHARED_COLUMNS = `
  concat(epoch, ' ', counter.tableoid, ' ', extract(epoch from pg_postmaster_start_time())) as epoch,
  coalesce(number, 0)::float8 as change,
  coalesce(purged_to, 0)::float8 as purged_to,
  ${DATABASE_MS} as database_ms,
  array(select key_id from key_changes where key_changes.number > $1
    order by key_changes.number limit ${MAX_CHANGED + 1}) as changed,
  to_json(array(select (${lastUseMs("used.id")}) from unnest($2::text[]) with ordinality as used (id, place)
    order by place)) as uses_ms`;

/** Only exported for the test of its plan. */
export const SELECT_CHANGES = `
  select ${SHARED_COLUMNS} from (select) as one left join key_change_counter as counter on true`;

/** $3 are the digests. */
const SELECT_KEYS = `
  select ${SHARED_COLUMNS}, asked.digest as asked, key.secret,
    (extract(epoch from key.until) * 1000)::float8 as until_ms, ${KEY_COLUMNS}
  from unnest($3::text[]) as asked (digest)
  left join key_change_counter as counter on true
  left join lateral (
    select *, 'current' as secret, null::timestamptz as until
      from api_keys where digest = decode(asked.digest, 'hex')
    union all
    select *, 'previous' as secret, overlap_until as until
      from api_keys where previous_digest = decode(asked.digest, 'hex')
  ) as key on true`;
