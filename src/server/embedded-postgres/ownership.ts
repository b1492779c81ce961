import { createHmac } from "node:crypto";
import type postgres from "postgres";

/**
 * Who owns the database and all in it, and whom we sign in as. No superuser: whoever gets SQL of their own to run must
 * not get files and programs with it. May make roles, but no more of them than its own.
 */
export const OWNER = "keyward_owner";

/** The owner's password, made from the superuser's, which stays where it is. It leads to the other in no way. */
export function ownerPassword(superuserPassword: string): string {
  return createHmac("sha256", superuserPassword).update(OWNER).digest("base64url");
}

/** Makes the owner if it is missing. It cannot sign in before everything is its own. As the superuser, anywhere. */
export async function ensureOwner(sql: postgres.Sql): Promise<void> {
  const [present] = await sql`select 1 from pg_roles where rolname = ${OWNER}`;
  if (!present) await sql.unsafe(`create role ${OWNER} nologin createrole`);
}

/**
 * Gives the owner all that the superuser has in this database: after the making of a database, and once in one of before
 * there was an owner, when everything was the superuser's. (REASSIGN OWNED refuses to take from the superuser of initdb.)
 * Members of extensions stay where they are, as with every trusted extension. Does nothing where nothing is left to give.
 * @param sql the superuser's connection to the database
 */
export async function handOver(sql: postgres.Sql, password: string): Promise<void> {
  await sql.begin(async (tx) => {
    const statements = await tx<{ statement: string }[]>`
      with mine as (select oid as role from pg_roles where rolname = current_user),
      ours as (
        select oid as namespace from pg_namespace
        where nspname !~ '^pg_' and nspname <> 'information_schema'
      )
      select format('alter database %I owner to %I', datname, ${OWNER}::text) as statement, 1 as turn
        from pg_database, mine where datname = current_database() and datdba = role
      union all
      select format('alter schema %I owner to %I', nspname, ${OWNER}::text), 2
        from pg_namespace, mine, ours where pg_namespace.oid = namespace and nspowner = role
      union all
      select format('alter %s %s owner to %I',
          case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
          pg_class.oid::regclass, ${OWNER}::text), 3
        from pg_class, mine, ours
        where relnamespace = namespace and relowner = role and relkind in ('r', 'p', 'S', 'v', 'm')
          -- A column's own sequence goes with its table, and members of extensions stay.
          and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype in ('a', 'i', 'e')
                          and (relkind = 'S' or deptype = 'e'))
      union all
      select format('alter routine %s owner to %I', pg_proc.oid::regprocedure, ${OWNER}::text), 4
        from pg_proc, mine, ours
        where pronamespace = namespace and proowner = role
          and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
      union all
      select format('alter type %s owner to %I', pg_type.oid::regtype, ${OWNER}::text), 5
        from pg_type, mine, ours
        where typnamespace = namespace and typowner = role and typtype in ('e', 'd')
          and not exists (select from pg_depend where classid = 'pg_type'::regclass and objid = pg_type.oid and deptype = 'e')
      union all
      -- Groups that the superuser made for the database: the owner is to give them out and take them on.
      select format('grant %I to %I with admin option', rolname, ${OWNER}::text), 6
        from pg_roles
        where rolname !~ '^pg_' and rolname <> ${OWNER} and not (rolsuper or rolcanlogin or rolbypassrls) and not pg_has_role(${OWNER}, oid, 'USAGE WITH ADMIN OPTION')
      order by turn`;
    for (const { statement } of statements) await tx.unsafe(statement);
    // Base64url has no quote.
    await tx.unsafe(`alter role ${OWNER} login password '${ownerPassword(password)}'`);
  });
}
