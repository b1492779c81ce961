import { sql } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import type { ClickHouse } from "@/server/clickhouse/connection";
import { clickHouseCode } from "@/server/clickhouse/errors";
import { REQUEST_COLUMNS, REQUESTS_TABLE } from "@/server/clickhouse/requests-table";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../../context";
import { type Check, error, type Finding, ok, warning } from "./check";

/** The oldest release that @clickhouse/client is made for. */
const OLDEST_VERSION = [24, 8] as const;

const STATEMENT = "the statement of docs/operations.md, ClickHouse";

/** What to do about what ClickHouse says, by the names of its errors. */
const CURES: Record<string, string> = {
  AUTHENTICATION_FAILED: "Check user and password of CLICKHOUSE_URL.",
  REQUIRED_PASSWORD: "Check user and password of CLICKHOUSE_URL.",
  UNKNOWN_DATABASE: "Make the database that CLICKHOUSE_URL names, or name another.",
  ACCESS_DENIED: `GRANT SELECT, INSERT ON ${REQUESTS_TABLE} to the user of CLICKHOUSE_URL.`,
};

/** Whether ClickHouse can be reached, has the table with the columns that are sent, lets us insert, and has the latest calls. */
export const checkClickHouse: Check = async (ctx) => {
  const { clickhouse } = ctx;
  if (!clickhouse) return ok("Calls are logged in Postgres alone (no CLICKHOUSE_URL).");
  try {
    return await examine(ctx, clickhouse);
  } catch (fault) {
    const code = clickHouseCode(fault);
    return error(
      `ClickHouse at ${clickhouse.place} cannot be used (${code}): rows wait, and are dropped once too many do.`,
      CURES[code] ??
        "Check CLICKHOUSE_URL: https or http, host, the port of HTTP (8443, 8123), and what ClickHouse's own log says.",
    );
  }
};

async function examine(ctx: ServiceContext, clickhouse: ClickHouse): Promise<Finding> {
  const { place } = clickhouse;
  const [server] = await clickhouse.select<{ version: string }>("SELECT version() AS version");
  const version = server?.version ?? "";
  if (isOlder(version)) {
    return error(
      `ClickHouse at ${place} is ${version}; Keyward needs ${OLDEST_VERSION.join(".")} or newer.`,
      "Upgrade ClickHouse to a supported release.",
    );
  }
  const columns = await clickhouse.select<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = '${REQUESTS_TABLE}'`,
  );
  if (columns.length === 0) {
    return error(
      `ClickHouse at ${place} has no table ${REQUESTS_TABLE}, or does not show it to us.`,
      `A server makes it when it starts, if it may; otherwise run ${STATEMENT}.`,
    );
  }
  // It tries both rights, and copies no row.
  await clickhouse.command(`INSERT INTO ${REQUESTS_TABLE} SELECT * FROM ${REQUESTS_TABLE} LIMIT 0`);
  const others = differencesOf(columns);
  if (others.length > 0) {
    return warning(
      `The table ${REQUESTS_TABLE} is another than ours: ${others.join("; ")}.`,
      `ALTER TABLE it to ${STATEMENT}. What has no column is left out; a type that does not take a value loses the row.`,
    );
  }
  return (await lagOf(ctx, clickhouse)) ?? retentionOf(clickhouse, version);
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = OLDEST_VERSION;
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

function differencesOf(columns: readonly { name: string; type: string }[]): string[] {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return Object.entries(REQUEST_COLUMNS).flatMap(([name, type]) => {
    const found = types.get(name);
    if (found === undefined) return [`${name} is missing`];
    return found === type ? [] : [`${name} is ${found}, not ${type}`];
  });
}

/** By the latest calls of both, as far as Postgres has rows: which process lags, its metrics tell. */
async function lagOf(ctx: ServiceContext, clickhouse: ClickHouse): Promise<Finding | null> {
  const [row] = await withDatabase(ctx, (db) =>
    db.execute<{ latest: number | null }>(sql`
      select (extract(epoch from max(at)) * 1000)::float8 as latest from requests
      where at between now() - interval '1 day' and now() - interval '1 minute'`),
  );
  if (!row || row.latest === null) return null;
  const [there] = await clickhouse.select<{ latest: number | string }>(
    `SELECT toUnixTimestamp64Milli(max(at)) AS latest FROM ${REQUESTS_TABLE}`,
  );
  const behindMs = row.latest - Number(there?.latest ?? 0);
  if (behindMs < MINUTE_MS) return null;
  const latest = Number(there?.latest ?? 0);
  return warning(
    latest === 0
      ? "ClickHouse has no call yet, and Postgres has."
      : `ClickHouse is ${Math.round(behindMs / MINUTE_MS)} min behind Postgres: its latest call is of ${new Date(latest).toISOString()}.`,
    "Look at the server's log, and at keyward_clickhouse_rows in its metrics; docs/operations.md says how to fill a gap.",
  );
}

/** What Settings say of retention, and what is erased in Postgres, does not reach ClickHouse. */
async function retentionOf(clickhouse: ClickHouse, version: string): Promise<Finding> {
  const [table] = await clickhouse.select<{ statement: string }>(
    `SELECT create_table_query AS statement FROM system.tables
     WHERE database = currentDatabase() AND name = '${REQUESTS_TABLE}'`,
  );
  if (/\sTTL\s/.test(table?.statement ?? ""))
    return ok(`ClickHouse ${version} at ${clickhouse.place} has the log.`);
  return warning(
    `ClickHouse ${version} at ${clickhouse.place} has the log, and keeps calls for ever: Settings' retention is of Postgres alone.`,
    `Say for how long: ALTER TABLE ${REQUESTS_TABLE} MODIFY TTL toDate(at) + INTERVAL 30 DAY.`,
  );
}
