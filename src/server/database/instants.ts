import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

/** `2026-11-30 09:39:43.123+00`: how Postgres writes an instant, but for one whose milliseconds end in a zero, which it leaves out. */
const WITH_MILLISECONDS = 26;

/**
 * A column of instants as the wire contract shows it (RFC 3339, UTC, milliseconds), made of Postgres' own text: to make a Date of
 * that and to write it again takes ten times as long, which counts where a list has forty of them.
 */
export function shownInstant(column: PgColumn): SQL<string> {
  return sql<string>`${column}`.mapWith(shown);
}

function shown(text: string): string {
  if (text.length !== WITH_MILLISECONDS || !text.endsWith("+00")) return new Date(text).toISOString();
  return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
}
