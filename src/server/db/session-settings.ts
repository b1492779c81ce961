/**
 * What stands between us and Postgres. `session`: start-up parameters reach the server. `transaction`: a pooler that
 * lends a server's session for a transaction, and refuses the start-up parameters it does not track.
 */
export type Pooling = "session" | "transaction";

const TRACKED = { DateStyle: "ISO, MDY", TimeZone: "UTC", standard_conforming_strings: "on" };

const ALL = {
  ...TRACKED,
  IntervalStyle: "postgres",
  bytea_output: "hex",
  extra_float_digits: "1",
  row_security: "on",
  default_transaction_isolation: "read committed",
  // `extensions`: where some hostings have pg_trgm already; schemas that are not there are passed over. Temporary tables
  // come last, or one could stand in for a table of ours.
  search_path: "public, extensions, pg_temp",
};

/**
 * What queries and drivers rest on, as start-up parameters of every connection: they win over whatever the role, the
 * database or the server has for a default.
 */
export function sessionSettings(pooling: Pooling): Record<string, string> {
  return pooling === "session" ? ALL : TRACKED;
}
