import { withStatement } from "@/server/database/session";
import { isSessionLent } from "@/server/database/session-lending";
import { countListeners } from "@/server/database/sessions-seen";
import { type Check, error, ok, warning } from "./check";

/** The oldest release that Keyward is tried with (server_version_num). */
const OLDEST_VERSION = 150_000;

/** Connections of a process that do not follow DATABASE_POOL_SIZE: look-ups, the log, LISTEN and a start. */
const FIXED_CONNECTIONS = 5;

/** Pools of DATABASE_POOL_SIZE: the console's, and one per environment. */
const SIZED_POOLS = 4;

/** Version, encoding and whether it takes writes. */
export const checkVersion: Check = async (ctx) => {
  const [row] = await withStatement(
    ctx.databases.owner,
    (sql) => sql<
      { version: string; number: number; encoding: string; standby: boolean; read_only: boolean }[]
    >`
      select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
        getdatabaseencoding() as encoding, pg_is_in_recovery() as standby,
        current_setting('default_transaction_read_only')::boolean as read_only`,
  );
  if (!row) throw new Error("A select without from has one row.");
  if (row.number < OLDEST_VERSION) {
    return error(
      `Postgres is ${row.version}; Keyward needs 15 or newer.`,
      "Upgrade Postgres to a supported release.",
    );
  }
  if (row.standby) {
    return error("This Postgres is a standby, which takes no writes.", "Set DATABASE_URL to the primary.");
  }
  if (row.read_only) {
    return error(
      "Transactions are read-only by default.",
      "Let a DBA run: ALTER DATABASE … RESET default_transaction_read_only (or ALTER ROLE …).",
    );
  }
  if (row.encoding !== "UTF8") {
    return error(
      `The database is encoded in ${row.encoding}.`,
      "Make one with: encoding 'UTF8' template template0.",
    );
  }
  return ok(`Postgres ${row.version}, ${row.encoding}, takes writes.`);
};

/** Whether what was committed is still there after a power cut. */
export const checkDurability: Check = async (ctx) => {
  const off = await withStatement(
    ctx.databases.owner,
    (sql) => sql<{ name: string }[]>`
      select name from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name`,
  );
  if (off.length === 0) return ok("What is committed survives a power cut.");
  const names = off.map(({ name }) => name).join(", ");
  return warning(
    `${names} ${off.length === 1 ? "is" : "are"} off: after a power cut, revoked keys may work again, or the database be lost.`,
    `Let a DBA set ${names} to on, and reload Postgres.`,
  );
};

/** Whether DATABASE_POOLING says what stands between us and Postgres. Tried, as a pooler does not tell. */
export const checkPooler: Check = async (ctx) => {
  const { pooling } = ctx.databases;
  if (!(await isSessionLent(ctx.databases))) {
    return ok(
      pooling === "session"
        ? "Connections keep their session."
        : "DATABASE_POOLING=transaction, and sessions were not seen to be lent; that works too.",
    );
  }
  if (pooling === "transaction")
    return ok("A pooler lends sessions for a transaction, and DATABASE_POOLING says so.");
  return error(
    "A pooler lends sessions for a transaction at a time, so that settings of a connection, which keep environments apart, do not hold.",
    "Set DATABASE_POOLING=transaction, or let DATABASE_URL lead past the pooler (to its session port).",
  );
};

/** Whether the pools of all processes fit into what Postgres allows. */
export const checkConnections: Check = async (ctx, { poolSize, workers }) => {
  const need = SIZED_POOLS * poolSize + FIXED_CONNECTIONS;
  if (ctx.databases.pooling === "transaction") {
    return ok(
      `A process takes up to ${need} connections of the pooler, whose limits cannot be seen from here.`,
    );
  }
  const [row] = await withStatement(
    ctx.databases.owner,
    (sql) => sql<{ most: number; used: number }[]>`
      select least(
          current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true)::int, 0),
          (select nullif(datconnlimit, -1) from pg_database where datname = current_database())) as most,
        (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used`,
  );
  if (!row) throw new Error("A select without from has one row.");
  // Those of a start listen one after the other.
  const processes = Math.max(await countListeners(ctx.databases), workers);
  const all = processes * need;
  const facts = `${processes} ${processes === 1 ? "process" : "processes"} of up to ${need} connections, and ${row.most} are allowed`;
  if (all <= row.most) return ok(`${facts}; ${row.used} are open.`);
  const fitting = Math.max(Math.floor((row.most / processes - FIXED_CONNECTIONS) / SIZED_POOLS), 1);
  return warning(
    `${facts}: when it is busy, calls are answered 503.`,
    `Set DATABASE_POOL_SIZE=${fitting}, or let a DBA raise max_connections above ${all}.`,
  );
};
