/**
 * What stands between us and Postgres. `session`: start-up parameters reach the server. `transaction`: a pooler that
 * lends a server's session for a transaction, and refuses the start-up parameters it does not track.
 */
export type Pooling = "session" | "transaction";

const TRACKED = { DateStyle: "ISO, MDY", TimeZone: "UTC", standard_conforming_strings: "on" };

const UNTRACKED = {
  IntervalStyle: "postgres",
  bytea_output: "hex",
  extra_float_digits: "1",
  row_security: "on",
  // Compiling a plan takes up to a second, once for each statement. Where sorts or scans are switched off, plans look dear enough.
  jit: "off",
  // `extensions`: where some hostings have pg_trgm already; schemas that are not there are passed over. Temporary tables
  // come last, or one could stand in for a table of ours.
  search_path: "public, extensions, pg_temp",
};

const ALL = { ...TRACKED, ...UNTRACKED, default_transaction_isolation: "read committed" };

/**
 * What queries and drivers rest on, as start-up parameters of every connection: they win over whatever the role, the
 * database or the server has for a default.
 */
export function sessionSettings(pooling: Pooling): Record<string, string> {
  return pooling === "session" ? ALL : TRACKED;
}

/**
 * What every transaction has to say instead where a pooler refuses start-up parameters: the session it lends has the
 * role's own defaults. The isolation level is not among them, since a transaction's is decided when it begins.
 */
export function droppedSettings(pooling: Pooling, startup: Record<string, string>): Record<string, string> {
  return pooling === "session" ? {} : { ...UNTRACKED, ...startup };
}
