import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type postgres from "postgres";
import { describeCatalog, tellCatalog } from "./catalog";
import { API_ROLE } from "./connections";
import { errorCode } from "./errors";
import { takeTables } from "./migration-locks";
import { pendingWhenLost } from "./session";

/** Something that only an administrator of the database can do is missing; the message is the SQL to run, for the operator. */
export class DatabaseRightsError extends Error {
  override name = "DatabaseRightsError";
}

/** Where the state that was last applied is noted, in the owner's table of settings. */
const NOTE = "isolation";

/** What Postgres says of a right that is lacking (insufficient_privilege). */
const FORBIDDEN = "42501";

/**
 * What it says of what was made meanwhile (duplicate_object, unique_violation): roles and memberships belong to the whole
 * server, and the start's lock to one database.
 */
const MADE_MEANWHILE = new Set(["42710", "23505"]);

/**
 * Runs a statement that rights may forbid, and that another database's start may have been faster with.
 * @returns false where rights forbid it
 */
export async function ifAllowed(sql: postgres.TransactionSql, statement: string): Promise<boolean> {
  try {
    await sql.savepoint((attempt) => pendingWhenLost(() => attempt.unsafe(statement)));
    return true;
  } catch (error) {
    const code = errorCode(error) ?? "";
    if (code === FORBIDDEN) return false;
    if (MADE_MEANWHILE.has(code)) return true;
    throw error;
  }
}

/**
 * Sees to it that the public API's role exists, that the owner may take it on, and that the extension of the searches can
 * be had. An administrator may have done so before us, and we may have no right to.
 * @throws DatabaseRightsError naming all that has to be run
 */
export async function ensureApiRole(sql: postgres.TransactionSql): Promise<void> {
  const [facts] = await sql<
    { me: string; present: boolean; searchable: boolean; makes: boolean; version: number }[]
  >`
    select quote_ident(current_user) as me,
           exists(select from pg_roles where rolname = ${API_ROLE}) as present,
           exists(select from pg_extension where extname = 'pg_trgm') as searchable,
           has_database_privilege(current_database(), 'CREATE') and has_schema_privilege('public', 'CREATE') as makes,
           current_setting('server_version_num')::int as version`;
  if (!facts) throw new Error("Postgres said nothing.");
  const missing: string[] = [];
  const ensure = async (statement: string) => {
    const done = await ifAllowed(sql, statement);
    if (!done) missing.push(statement);
    return done;
  };
  const present = facts.present || (await ensure(`CREATE ROLE ${API_ROLE} NOLOGIN NOINHERIT NOBYPASSRLS`));
  // From 16 on, whoever makes a role is a member who may not take it on.
  const membership = facts.version >= 160_000 ? "SET" : "MEMBER";
  const isMember = async () => {
    const [row] = await sql`
      select pg_has_role(oid, ${membership}) as yes from pg_roles where rolname = ${API_ROLE}`;
    return row?.yes === true;
  };
  const membershipGrant = `GRANT ${API_ROLE} TO ${facts.me}`;
  // Of a role that is not there Postgres says just that, and the administrator would be told half.
  if (!present) missing.push(membershipGrant);
  else if (!(await isMember())) await ensure(membershipGrant);
  if (!facts.searchable) await ensure("CREATE EXTENSION pg_trgm");
  if (!facts.makes) {
    const [{ name } = { name: "" }] = await sql<
      { name: string }[]
    >`select quote_ident(current_database()) as name`;
    missing.push(
      `GRANT CREATE ON DATABASE ${name} TO ${facts.me}`,
      `GRANT CREATE ON SCHEMA public TO ${facts.me}`,
    );
  }
  if (missing.length === 0) return;
  throw new DatabaseRightsError(
    `The database login ${facts.me} may not do all that Keyward needs. Let an administrator of the database run, in this database: ${missing.join("; ")};`,
  );
}

/**
 * Brings what keeps the environments apart (drizzle/isolation.sql) into the state that has to be, unless it is: after a
 * restore without rights, say, or after somebody's hand. Policies are rewritten only then, because that locks each table.
 * @param options.expected true where migrations ran just now, or columns were changed, so that a difference is no news
 */
export async function applyIsolation(
  sql: postgres.TransactionSql,
  options: { folder: string; expected: boolean; onMended: ((what: string) => void) | undefined },
): Promise<void> {
  await closeToPublic(sql);
  const script = readFileSync(path.join(options.folder, "isolation.sql"), "utf8");
  const hash = createHash("sha256").update(script).digest("hex");
  const [note] = await sql<{ value: { script: string; catalog: string } }[]>`
    select value from settings where name = ${NOTE}`;
  const intact = note?.value.catalog === (await describeCatalog(sql));
  if (intact && note?.value.script === hash) return;
  await takeTables(sql);
  if (note && !intact && !options.expected) {
    options.onMended?.(
      "Rights or policies of the public API's role, or triggers on keys, were not as they have to be.",
    );
  }
  await tellCatalog(sql);
  await sql.unsafe(script);
  const value = { script: hash, catalog: await describeCatalog(sql) };
  await sql`
    insert into settings (name, value) values (${NOTE}, ${JSON.stringify(value)}::text::jsonb)
    on conflict (name) do update set value = excluded.value`;
}

/**
 * Takes from everybody what the public API's roles would have as members of PUBLIC: temporary tables, on which a trigger
 * or a name could lie in wait, and tables in our schema. Rights to a database are not copied with it, hence at every start.
 */
async function closeToPublic(sql: postgres.TransactionSql): Promise<void> {
  const open = await openToPublic(sql);
  // Where the database is somebody else's, these do nothing but warn; `database roles` names them.
  if (open.temporary) await sql.unsafe(`REVOKE TEMPORARY ON DATABASE ${open.database} FROM PUBLIC`);
  if (open.creating) await ifAllowed(sql, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
}

/** What the public API's roles may do that nobody means them to; the database's name is fit for SQL. */
export async function openToPublic(
  sql: postgres.ISql,
): Promise<{ database: string; temporary: boolean; creating: boolean }> {
  const [open] = await sql<{ database: string; temporary: boolean; creating: boolean }[]>`
    select quote_ident(current_database()) as database,
           has_database_privilege(${API_ROLE}, current_database(), 'TEMPORARY') as temporary,
           has_schema_privilege(${API_ROLE}, 'public', 'CREATE') as creating`;
  if (!open) throw new Error("Postgres said nothing.");
  return open;
}
