import { type SQL, sql } from "drizzle-orm";
import { PostgresJsSession } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import type { Principal } from "@/server/core/principal";
import type { Database, Databases, Executor, Transaction } from "./connections";
import { isConnectionLost, translateOutage } from "./errors";
import { GATEWAY_LIMITS, type TimeLimits, timeLimitSettings } from "./time-limits";

/** What deciding on a connection takes: who acts, the pools, and the transaction that may already be open. */
export interface DatabaseSession {
  principal: Principal;
  databases: Databases;
  tx?: Transaction | undefined;
  /**
   * Of a key: that its verb works on the owner's pool, with tables that the public API's roles do not see. Row-level security
   * does not hold there, so the verb itself says which rows. Absent: on its environment's pool.
   */
  database?: "owner" | undefined;
  /** For work that may rightly take longer than the pool allows, or must take less (time-limits.ts). */
  limits?: TimeLimits | undefined;
  /** When whoever asked will have been told that there is no answer, by `performance.now()`, whatever the limits allow. */
  answerBy?: number | undefined;
}

/**
 * The settings that a transaction must carry for this scope, or null where the pool's start-up parameters suffice. Keys
 * with a customer scope always need them, and so does work with limits of its own; behind a transaction-mode pooler,
 * which drops start-up parameters, everybody does.
 */
function transactionSettings(scope: DatabaseSession): SQL | null {
  const { principal, databases } = scope;
  const limits = limitsOf(scope);
  const pool = poolOf(scope);
  const settings: Record<string, string> = { ...pool.dropped, ...(limits && timeLimitSettings(limits)) };
  const isApi = pool !== databases.owner;
  if (
    isApi &&
    principal.kind === "key" &&
    (databases.pooling === "transaction" || principal.customers !== null)
  ) {
    // Ids come from our own tables, but an array literal built from text is checked all the same.
    const customers = principal.customers?.map((id) => JSON.stringify(id)).join(",");
    Object.assign(settings, {
      "app.customers": customers === undefined ? "" : `{${customers}}`,
      "app.key": principal.id,
    });
  }
  const entries = Object.entries(settings);
  if (entries.length === 0) return null;
  const values = entries.map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
  return sql`select ${sql.join(values, sql`, `)}`;
}

/** A key's call is no longer on the owner's pool than on its environment's: people at the console wait for it too. */
function limitsOf({ principal, database, limits }: DatabaseSession): TimeLimits | undefined {
  return limits ?? (principal.kind === "key" && database === "owner" ? GATEWAY_LIMITS : undefined);
}

function poolOf({ principal, database, databases }: DatabaseSession): Database {
  return principal.kind === "key" && database !== "owner"
    ? databases.api[principal.environment]
    : databases.owner;
}

/**
 * Runs reads as the principal: a key's on its environment's pool under row-level security, everybody else's as the
 * owner. Takes the open transaction where there is one, and makes one only where the scope needs settings.
 * @throws AppError unavailable when Postgres is away
 */
export function withDatabase<Result>(
  scope: DatabaseSession,
  run: (db: Executor) => Promise<Result>,
): Promise<Result> {
  if (scope.tx) return run(scope.tx);
  if (transactionSettings(scope) !== null) return withTransaction(scope, ({ tx }) => run(tx));
  const pool = poolOf(scope);
  return translateOutage(() => pool.watch.answered(pool.limits, () => run(pool), scope.answerBy));
}

/**
 * Runs a change in a transaction as the principal, in the open one where there is one. The verb gets a context that
 * carries it, so that verbs it calls, and the audit, commit or roll back together with it.
 * @throws AppError unavailable when Postgres is away
 */
export function withTransaction<Scope extends DatabaseSession, Result>(
  scope: Scope,
  run: (scope: Scope & { tx: Transaction }) => Promise<Result>,
): Promise<Result> {
  if (scope.tx) return run({ ...scope, tx: scope.tx });
  const settings = transactionSettings(scope);
  const pool = poolOf(scope);
  return translateOutage(() =>
    pool.watch.answered(
      limitsOf(scope) ?? pool.limits,
      (work) =>
        pool.transaction((tx) =>
          pendingWhenLost(async () => {
            work.assertWanted();
            if (settings) await tx.execute(settings);
            const result = await run({ ...scope, tx });
            work.assertWanted();
            return result;
          }),
        ),
      scope.answerBy,
    ),
  );
}

/**
 * The work of a transaction, which never settles once the connection is lost. The driver (postgres 3.4.9) would answer
 * the failure with a ROLLBACK on the dead connection; those bytes stay in its buffer, and that place of the pool never
 * connects again, or an exception nobody can catch ends the process (porsager/postgres issues 1154 and 1208). Nobody
 * waits for this: when the connection closes, the driver rejects the transaction as a whole.
 */
export async function pendingWhenLost<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isConnectionLost(error)) await new Promise(() => undefined);
    throw error;
  }
}

/** A part of an open transaction that may fail on its own (SAVEPOINT), leaving the rest intact. */
export function withSavepoint<Scope extends DatabaseSession & { tx: Transaction }, Result>(
  scope: Scope,
  run: (scope: Scope) => Promise<Result>,
): Promise<Result> {
  return scope.tx.transaction((tx) => pendingWhenLost(() => run({ ...scope, tx })));
}

/**
 * Runs one statement straight on the driver, whose statements are prepared and named, for what happens with every call:
 * it belongs to no principal's scope.
 * @param tx the transaction that is open, of which it is a part then
 * @throws AppError unavailable when Postgres is away
 */
export function withStatement<Result>(
  { $client, dropped, limits, watch }: Database,
  run: (sql: postgres.ISql) => Promise<Result>,
  tx?: Transaction,
): Promise<Result> {
  if (tx) return run(driverOf(tx));
  const isWhole = Object.keys(dropped).length === 0;
  return translateOutage(() =>
    watch.answered(limits, () => (isWhole ? run($client) : inTransaction($client, dropped, run))),
  );
}

/**
 * Runs a transaction straight on the driver, as {@link withStatement} a statement.
 * @param tx the transaction that is open, of which it is a part then
 * @throws AppError unavailable when Postgres is away
 */
export function withDriverTransaction<Result>(
  { $client, dropped, limits, watch }: Database,
  run: (sql: postgres.TransactionSql) => Promise<Result>,
  tx?: Transaction,
): Promise<Result> {
  if (tx) return run(driverOf(tx));
  return translateOutage(() => watch.answered(limits, () => inTransaction($client, dropped, run)));
}

/** What drizzle sends an open transaction's statements by. */
function driverOf(tx: Transaction): postgres.TransactionSql {
  const { session } = tx._;
  if (session instanceof PostgresJsSession) return session.client;
  throw new Error("The transaction is none of this driver's.");
}

/**
 * A transaction straight on the driver.
 * @param dropped what a pooler drops of the session's settings (session-settings.ts); the transaction carries it
 * @param mode in the words of BEGIN
 */
export async function inTransaction<Result>(
  client: postgres.Sql,
  dropped: Readonly<Record<string, string>>,
  run: (sql: postgres.TransactionSql) => Promise<Result>,
  mode = "",
): Promise<Result> {
  // In an object, because the driver's type takes an array of rows for an array of promises.
  const { result } = await client.begin(mode, (sql) =>
    pendingWhenLost(async () => {
      if (Object.keys(dropped).length > 0) {
        // As JSON: a client that has not fetched the server's types would send an array without its braces.
        await sql`
          select set_config(name, value, true) from json_each_text(${JSON.stringify(dropped)}::text::json) as dropped (name, value)`;
      }
      return { result: await run(sql) };
    }),
  );
  return result;
}
