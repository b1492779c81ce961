import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type postgres from "postgres";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { openClient } from "./client";
import { type ConnectionTarget, parseConnectionUrl } from "./connection-url";
import { API_ROLE, type Isolation, type Login } from "./connections";
import { errorCode, isUnreachable } from "./errors";
import { ifAllowed, openToPublic } from "./isolation";
import { inTransaction } from "./session";
import { droppedSettings, type Pooling } from "./session-settings";

/** A transaction of the owner's. */
export type RunTransaction = <Result>(
  run: (sql: postgres.TransactionSql) => Promise<Result>,
) => Promise<Result>;

const CONNECT_TIMEOUT_SECONDS = 5;
const PASSWORD_BYTES = 24;
/** PostgreSQL's own number of rounds (scram_iterations). */
const SCRAM_ROUNDS = 4_096;

/**
 * Sees to it that each environment has a login, as far as the owner may: names and passwords in `api_logins`, and the
 * roles of that name. A copy of a database comes with the original's, and gets its own.
 * @returns the logins, whether or not the roles could be made
 */
export async function ensureLogins(sql: postgres.TransactionSql): Promise<Record<Environment, Login>> {
  const logins = (await readLogins(sql)) ?? (await makeLogins(sql));
  for (const login of Object.values(logins)) {
    const role = await findRole(sql, login);
    if (!role) await ifAllowed(sql, creationOf(login));
    else if (!role.member) await ifAllowed(sql, membershipOf(login));
  }
  return logins;
}

/** The logins as noted; null where there are none, or only those of the database that this one is a copy of. */
export async function readLogins(sql: postgres.ISql): Promise<Record<Environment, Login> | null> {
  const rows = await sql<(Login & { environment: Environment })[]>`
    select environment, role, password from api_logins
    where database_oid = (select oid from pg_database where datname = current_database())`;
  if (rows.length !== ENVIRONMENTS.length) return null;
  return Object.fromEntries(
    rows.map(({ environment, role, password }) => [environment, { role, password }]),
  ) as Record<Environment, Login>;
}

async function makeLogins(sql: postgres.TransactionSql): Promise<Record<Environment, Login>> {
  const id = randomBytes(5).toString("hex");
  const logins = Object.fromEntries(
    ENVIRONMENTS.map((environment) => [
      environment,
      { role: `keyward_${id}_${environment}`, password: randomBytes(PASSWORD_BYTES).toString("base64url") },
    ]),
  ) as Record<Environment, Login>;
  await sql`delete from api_logins`;
  for (const environment of ENVIRONMENTS) {
    const { role, password } = logins[environment];
    await sql`
      insert into api_logins (environment, role, password, database_oid)
      select ${environment}, ${role}, ${password}, oid from pg_database where datname = current_database()`;
  }
  return logins;
}

/**
 * What an administrator of the database runs, once, so that every environment has a login. Holds no password in the clear.
 * @param turnedDown roles of which the server was seen not to take the password; nothing else tells that it is another
 * @returns nothing where the database is as it should be: then something on the way to it turns the logins down
 */
export async function sqlForLogins(
  sql: postgres.ISql,
  turnedDown: readonly string[] = [],
): Promise<string[]> {
  const statements: string[] = [];
  for (const login of Object.values((await readLogins(sql)) ?? {})) {
    const role = await findRole(sql, login);
    if (!role) statements.push(creationOf(login));
    else {
      if (!role.entering || turnedDown.includes(login.role)) statements.push(renewalOf(login));
      if (!role.member) statements.push(membershipOf(login));
    }
  }
  const open = await openToPublic(sql);
  if (open.temporary) statements.push(`REVOKE TEMPORARY ON DATABASE ${open.database} FROM PUBLIC`);
  if (open.creating) statements.push("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  return statements;
}

/** The role of a login as everybody may see it: without its password. */
async function findRole(sql: postgres.ISql, { role }: Login) {
  const [found] = await sql<{ entering: boolean; member: boolean }[]>`
    select rolcanlogin as entering, pg_has_role(oid, ${API_ROLE}, 'MEMBER') as member
    from pg_roles where rolname = ${role}`;
  return found;
}

function creationOf({ role, password }: Login): string {
  return `CREATE ROLE ${role} LOGIN PASSWORD '${scramSecret(password)}' IN ROLE ${API_ROLE}`;
}

function renewalOf({ role, password }: Login): string {
  return `ALTER ROLE ${role} LOGIN PASSWORD '${scramSecret(password)}'`;
}

function membershipOf({ role }: Login): string {
  return `GRANT ${API_ROLE} TO ${role}`;
}

/**
 * A password as Postgres stores it (RFC 5803, section 3.1, with SCRAM-SHA-256), so that the server's log, or the terminal
 * of whoever runs the statement, never sees the password. Plain ASCII, so SASLprep changes nothing.
 */
function scramSecret(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, SCRAM_ROUNDS, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${SCRAM_ROUNDS}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}

/**
 * Signs in as each of the logins, and asks for the environment: the role may be missing, may not be let in by the pooler
 * or by pg_hba.conf, or have another password, which is then set anew where the owner may.
 * @param asOwner to do so
 * @throws the driver's error when the server takes no connections for now
 */
export async function tryLogins(
  url: string,
  pooling: Pooling,
  logins: Record<Environment, Login>,
  asOwner?: RunTransaction,
): Promise<Isolation> {
  const target = parseConnectionUrl(url);
  const attempt = async (environment: Environment): Promise<string | null> => {
    const login = logins[environment];
    const fault = await faultOf(target, pooling, environment, login);
    if (fault === null || !asOwner) return fault;
    // Where that fails, another process may be at it just now: Postgres lets one of them. The second look tells.
    await asOwner((sql) => ifAllowed(sql, renewalOf(login))).catch(() => false);
    return faultOf(target, pooling, environment, login);
  };
  const faults = await Promise.all(
    ENVIRONMENTS.map(async (environment) => {
      const fault = await attempt(environment);
      return fault === null ? [] : [{ role: logins[environment].role, fault }];
    }),
  );
  const found = faults.flat();
  if (found.length === 0) return { kind: "logins", logins };
  return {
    kind: "shared",
    reason: found.map(({ role, fault }) => `${role} ${fault}`).join("; "),
    turnedDown: found.filter(({ fault }) => fault === TURNED_DOWN).map(({ role }) => role),
  };
}

/** What stands behind invalid_password (28P01): Postgres does not tell the two apart, so that nobody can try out names. */
const TURNED_DOWN = "is missing, or has another password";

/**
 * Whether the server cannot be reached, has too many connections or is going down: no reason to settle for less until the
 * next start. Not where the connection is closed without a word, or by class 08: so do poolers that do not know a role.
 */
function isPassing(error: unknown): boolean {
  const code = errorCode(error) ?? "";
  return /^(53|57)/.test(code) || (isUnreachable(error) && code !== "CONNECTION_CLOSED");
}

/** Why a login does not serve its environment; null where it does. */
async function faultOf(
  target: ConnectionTarget,
  pooling: Pooling,
  environment: Environment,
  login: Login,
): Promise<string | null> {
  const sql = openClient(
    { ...target, user: login.role, password: login.password },
    { pooling, name: "keyward-start", max: 1 },
    { connect_timeout: CONNECT_TIMEOUT_SECONDS, fetch_types: false },
  );
  try {
    const [row] = await inTransaction(
      sql,
      droppedSettings(pooling, {}),
      (sql) => sql<{ environment: string | null }[]>`select api_environment() as environment`,
    );
    return row?.environment === environment ? null : "belongs to another environment";
  } catch (error) {
    if (isPassing(error)) throw error;
    return errorCode(error) === "28P01" ? TURNED_DOWN : `cannot sign in: ${(error as Error).message}`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
