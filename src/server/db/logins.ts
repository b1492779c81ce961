import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type postgres from "postgres";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { openClient } from "./client";
import { type ConnectionTarget, parseConnectionUrl } from "./connection-url";
import { API_ROLE, type Isolation, type Login } from "./connections";
import { errorCode } from "./errors";
import { ifAllowed } from "./isolation";
import type { Pooling } from "./session-settings";

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
    const [role] = await sql<{ member: boolean }[]>`
      select pg_has_role(oid, ${API_ROLE}, 'MEMBER') as member from pg_roles where rolname = ${login.role}`;
    if (!role) await ifAllowed(sql, creationOf(login));
    else if (!role.member) await ifAllowed(sql, `GRANT ${API_ROLE} TO ${login.role}`);
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

/** What an administrator of the database runs, once, so that every environment has a login. Holds no password in the clear. */
export async function sqlForLogins(sql: postgres.ISql): Promise<string[]> {
  const logins = await readLogins(sql);
  const [database] = await sql<{ name: string }[]>`select quote_ident(current_database()) as name`;
  return [
    ...Object.values(logins ?? {}).map(creationOf),
    `REVOKE TEMPORARY ON DATABASE ${database?.name} FROM PUBLIC`,
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
  ];
}

function creationOf({ role, password }: Login): string {
  return `CREATE ROLE ${role} LOGIN PASSWORD '${scramSecret(password)}' IN ROLE ${API_ROLE}`;
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
 * @param owner to do so
 * @throws the driver's error when the server takes no connections for now
 */
export async function tryLogins(
  url: string,
  pooling: Pooling,
  logins: Record<Environment, Login>,
  owner?: postgres.Sql,
): Promise<Isolation> {
  const target = parseConnectionUrl(url);
  const attempt = async (environment: Environment): Promise<string | null> => {
    const login = logins[environment];
    const fault = await faultOf(target, pooling, environment, login);
    if (fault === null || !owner) return fault;
    const renewal = `ALTER ROLE ${login.role} LOGIN PASSWORD '${scramSecret(login.password)}'`;
    const mended = await owner.unsafe(renewal).then(
      () => true,
      () => false,
    );
    return mended ? faultOf(target, pooling, environment, login) : fault;
  };
  const faults = await Promise.all(
    ENVIRONMENTS.map(async (environment) => {
      const fault = await attempt(environment);
      return fault === null ? [] : [`${logins[environment].role} ${fault}`];
    }),
  );
  const reasons = faults.flat();
  return reasons.length === 0 ? { kind: "logins", logins } : { kind: "shared", reason: reasons.join("; ") };
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
    const [row] = await sql<{ environment: string | null }[]>`select api_environment() as environment`;
    return row?.environment === environment ? null : "belongs to another environment";
  } catch (error) {
    // Too many connections, or a server that is going down: no reason to settle for less until the next start.
    if (/^(53|57)/.test(errorCode(error) ?? "")) throw error;
    return errorCode(error) === "28P01"
      ? "is missing, or has another password"
      : `cannot sign in: ${(error as Error).message}`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
