import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { requests } from "./schema";

/*
 * What a row of the log does not repeat, because its other columns tell it: there are millions of rows, and each byte of one
 * is written to the table, to the journal and to every copy of it.
 */

/** Crockford's base32, as TypeID has it. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** Of the 26 characters of a TypeID the first so many hold the 48 bits of a UUIDv7's milliseconds. */
const TIME_CHARACTERS = 10;
/** And the others the rest. */
const REST_CHARACTERS = 16;
const PREFIX = "req_";
/** Later ones Postgres does not read as JavaScript writes them. A trace id may begin with any bits. */
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * A request id as the log keeps it: without its beginning, where that tells no more than the instant of the call, as it
 * does but for ids that came with a caller's trace.
 */
export function shortRequestId(id: Id<"req">, at: Date): string {
  return id.startsWith(beginningOf(at)) ? id.slice(-REST_CHARACTERS) : id;
}

/** The request id of a row. */
export function requestIdOf({ at, requestId }: { at: Date; requestId: string }): Id<"req"> {
  const whole = requestId.length > REST_CHARACTERS ? requestId : beginningOf(at) + requestId;
  return whole as Id<"req">;
}

/** Whether a row has a request id. Short ones are found by their instant, whole ones in an index that has no others. */
export function hasRequestId(id: Id<"req">): SQL {
  const whole = sql`(length(${requests.requestId}) > 16 and ${requests.requestId} = ${id})`;
  const ms = msOf(id);
  if (ms > LAST_MS) return whole;
  const rest = id.slice(-REST_CHARACTERS);
  return sql`((${requests.at} = ${literal(new Date(ms))} and ${requests.requestId} = ${rest}) or ${whole})`;
}

/** The ids of one millisecond are made one after the other. */
let latest = { ms: Number.NaN, beginning: "" };

function beginningOf(at: Date): string {
  const ms = at.getTime();
  if (ms !== latest.ms) {
    let time = "";
    for (let rest = ms; time.length < TIME_CHARACTERS; rest = Math.floor(rest / 32)) {
      time = ALPHABET.charAt(rest % 32) + time;
    }
    latest = { ms, beginning: PREFIX + time };
  }
  return latest.beginning;
}

function msOf(id: Id<"req">): number {
  const time = id.slice(PREFIX.length, PREFIX.length + TIME_CHARACTERS);
  return [...time].reduce((ms, character) => ms * 32 + ALPHABET.indexOf(character), 0);
}

/** A path as the log keeps it: empty where it is what environment and route tell already. */
export function shortPath(path: string, environment: Environment, route: string | undefined): string {
  return route !== undefined && path === pathOfRoute(environment, route) ? "" : path;
}

/** The path of a row. */
export function pathOf({ path, environment, route }: Pathed): string {
  return path === "" && route !== null ? pathOfRoute(environment, route) : path;
}

interface Pathed {
  path: string;
  environment: Environment;
  route: string | null;
}

/** Below the base that names the environment (gateway/routes). */
function pathOfRoute(environment: Environment, route: string): string {
  return `/api/v1/${environment}${route.slice(route.indexOf(" ") + 1)}`;
}

/** {@link pathOf} in SQL. */
export const PATH: SQL = sql`case when ${requests.path} = ''
  then '/api/v1/' || ${requests.environment} || substr(${requests.route}, strpos(${requests.route}, ' ') + 1)
  else ${requests.path} end`;

/**
 * The minute of an instant, as `requests_by_key_and_minute` has it: of the calls of a key in one minute the index holds the
 * key once, and places alone. Whoever asks for the calls of a key bounds and orders them by minute first.
 */
export function minuteOf(instant: SQLWrapper): SQL {
  return sql`date_bin('1 minute', ${instant}, timestamptz '2000-01-01 00:00:00Z')`;
}

/** The calls of a key, within a span of time where there is one. */
export function ofKey(keyId: Id<"key">, { from, to }: { from: Date | null; to: Date | null }): SQL {
  const minute = minuteOf(requests.at);
  const conditions = [
    sql`${requests.keyId} = ${keyId}`,
    ...(from ? [sql`${minute} >= ${minuteOf(literal(from))} and ${requests.at} >= ${literal(from)}`] : []),
    ...(to ? [sql`${minute} <= ${minuteOf(literal(to))} and ${requests.at} < ${literal(to)}`] : []),
  ];
  return sql.join(conditions, sql` and `);
}

/** The latest first, in the order of the index of {@link ofKey}. */
export const LATEST_OF_KEY: SQL = sql`${minuteOf(requests.at)} desc, ${requests.at} desc, ${requests.rowId} desc`;

const literal = (instant: Date) => sql`${instant.toISOString()}::timestamptz`;
