import type postgres from "postgres";
import { copyIn } from "@/server/database/copy";
import { type CountedCalls, countCalls } from "@/server/services/usage";
import type { RequestRow, Rows } from "./rows";

/** Whose batch it is, and its number among those of its writer, which writes them in that order. */
export interface BatchName {
  writer: string;
  number: number;
}

/** The columns of the log, in the order in which the values of a row are sent. */
const COLUMNS: readonly (keyof RequestRow)[] = [
  "at",
  "row_id",
  "request_id",
  "environment",
  "method",
  "route",
  "path",
  "query",
  "status",
  "code",
  "refused_by",
  "permission",
  "detail",
  "limit_readings",
  "limit_share",
  "duration_ms",
  "key_id",
  "used_secret",
  "customers",
  "address",
  "agent",
  "request_bytes",
  "response_bytes",
  "request_headers",
  "request_body",
  "response_body",
  "stands_for",
];

/**
 * Writes a batch: its rows, by COPY, which costs half of what an INSERT does, and the note that they are to be counted
 * (services/usage/count-log.ts). What has no row is counted at once. A batch that is there already changes nothing, so that
 * one whose fate is unknown (the connection broke while it was being committed) can be sent a second time.
 * @param sql a transaction: all of it is written, or nothing
 * @param withRows false: only what is counted of it, which takes next to no room
 */
export async function writeBatch(
  sql: postgres.TransactionSql,
  { writer, number }: BatchName,
  { batch, requests, beyondBudget, counted, lastUses, exposures }: Rows,
  withRows: boolean,
): Promise<void> {
  const isNew = await sql`
    insert into request_log_writers as present (writer, last_batch, at) values (${writer}, ${number}, now())
    on conflict (writer) do update set last_batch = excluded.last_batch, at = excluded.at
    where present.last_batch < excluded.last_batch
    returning 1`;
  if (isNew.length === 0) return;
  if (withRows && requests.length > 0) {
    await copyIn(sql, { name: "requests", columns: COLUMNS }, linesOf(requests));
    const times = requests.map(({ at }) => at.getTime());
    await sql`
      insert into request_log_uncounted (batch, first_at, last_at, written_at, last_uses)
      values (${batch}, ${instant(Math.min(...times))}, ${instant(Math.max(...times))}, now(),
        ${JSON.stringify(lastUses)}::text::jsonb)`;
  }
  const rowless = withRows ? beyondBudget : [...requests, ...beyondBudget];
  const sent = [...counted, ...rowless.map(countedCall)];
  if (sent.length > 0) await countCalls(sql, { sent }, lastUses);
  if (exposures.length > 0) await noteExposures(sql, exposures);
}

const instant = (ms: number) => new Date(ms).toISOString();

/** Rows of one part. Memory for a whole batch at once would be asked of the system anew each time, which costs more than to write it. */
const ROWS_OF_A_PART = 64;

/** As COPY reads text (PostgreSQL documentation, COPY, "Text Format"): a line a row, tabs between values. */
async function* linesOf(rows: readonly RequestRow[]): AsyncGenerator<Buffer, void> {
  for (let start = 0; start < rows.length; start += ROWS_OF_A_PART) {
    const part = rows.slice(start, start + ROWS_OF_A_PART);
    yield Buffer.from(part.map(lineOf).join(""));
  }
}

function lineOf(row: RequestRow): string {
  return `${COLUMNS.map((column) => cellOf(row[column])).join("\t")}\n`;
}

function cellOf(value: RequestRow[keyof RequestRow]): string {
  if (value === undefined || value === null) return "\\N";
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return String(value);
  if (value instanceof Date) return isoText(value);
  // An array in Postgres' own notation; ids need no quotes.
  if (Array.isArray(value)) return `{${value.join(",")}}`;
  return escaped(JSON.stringify(value));
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A value that broke out of its cell would be a row of the caller's making. */
function escaped(text: string): string {
  return /[\\\n\r\t]/.test(text) ? text.replace(/[\\\n\r\t]/g, (found) => ESCAPES[found] ?? found) : text;
}

/** The calls of one millisecond are written one after the other. */
let latest = { ms: Number.NaN, text: "" };

function isoText(at: Date): string {
  const ms = at.getTime();
  if (ms !== latest.ms) latest = { ms, text: at.toISOString() };
  return latest.text;
}

function countedCall(row: RequestRow): CountedCalls {
  const { at, environment, status, duration_ms, key_id, route, permission, code, refused_by, address } = row;
  const names = { key_id, route, permission, code, refused_by, address };
  return { at, environment, status, duration_ms, calls: 1, ...names };
}

async function noteExposures(sql: postgres.TransactionSql, exposures: readonly object[]): Promise<void> {
  await sql`
    insert into key_exposures as present (key_id, place, first_seen_at, last_seen_at, last_request_id, calls)
    select sent.* from json_to_recordset(${JSON.stringify(exposures)}::text::json) as sent (
      key_id text, place text, "firstAt" timestamptz, "lastAt" timestamptz, "requestId" text, calls bigint
    )
    on conflict (key_id, place) do update
    set last_seen_at = greatest(present.last_seen_at, excluded.last_seen_at),
      last_request_id = excluded.last_request_id, calls = present.calls + excluded.calls`;
}
