import type { Sql, TransactionSql } from "postgres";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { FEWER_RIGHTS, type Samples, type StoredRow } from "./api-tables";

/** A database with samples, and who reaches it. */
export interface Subject {
  /** Not held by row-level security. */
  owner: Sql;
  /** The pools of the public API. */
  api: Record<Environment, Sql>;
  samples: Samples;
}

/** Whose queries are tried: any key's of the environment, or those of the key with the samples' customer scope. */
export type Caller = "environment" | "scope";

/** What row-level security says to a row that must not be written; a missing right says the same. */
const REFUSED = "42501";

/**
 * Tries on a pool of the public API, by queries without any filter, to read and write rows of a table beyond the
 * caller's. Nothing of it stays. Apart from the test runner, so that it can also be asked whether it notices a policy
 * that is too loose.
 * @returns what succeeded and must not, or the other way round, in words; nothing where the database holds
 */
export async function findBreaches(
  subject: Subject,
  table: string,
  environment: Environment,
  caller: Caller,
): Promise<string[]> {
  const rows = subject.samples.rows[table] ?? [];
  const mine = rows.filter(
    (row) => row.environment === environment && (caller === "environment" || row.reach === "within"),
  );
  if (mine.length === 0) {
    return [
      `${table} has no sample of the caller's own, so that nothing was tried: sampleRows of api-tables.ts needs one that is "within", and the policy has to let a key with a customer scope reach it`,
    ];
  }
  const breaches: string[] = [];
  const attempt: Attempt = (run) => rolledBack(subject, environment, caller, run);
  for (const [what, run] of Object.entries(readsAndChanges(table))) {
    const reached = await attempt(run);
    if (reached !== String(mine.length)) breaches.push(`${what} reached ${reached} rows, not ${mine.length}`);
  }
  for (const { what, row, json } of notToBeWritten(rows, mine, environment, caller)) {
    const inserted = await attempt((sql) => insert(sql, table, json));
    if (inserted !== REFUSED) breaches.push(`inserting ${what} ended with ${inserted}`);
    const moved = await attempt((sql) => update(sql, table, row.json, json));
    if (moved !== REFUSED) breaches.push(`making an own row ${what} ended with ${moved}`);
  }
  return breaches;
}

type Attempt = (run: (sql: TransactionSql) => Promise<number>) => Promise<string>;

/** @returns the number of rows, or the SQLSTATE of what stopped it */
async function rolledBack(
  { api, samples }: Subject,
  environment: Environment,
  caller: Caller,
  run: (sql: TransactionSql) => Promise<number>,
): Promise<string> {
  let count = 0;
  const undo = new Error("Rolled back");
  try {
    await api[environment].begin(async (sql) => {
      if (caller === "scope") {
        // Customers of the other environments too: naming one must not lead to it.
        const named = ENVIRONMENTS.map((one) => samples.scopes[one].customer);
        await sql`select set_config('app.customers', ${`{${named}}`}, true),
                         set_config('app.key', ${samples.scopes[environment].key}, true)`;
      }
      count = await run(sql);
      throw undo;
    });
  } catch (error) {
    if (error !== undo) return (error as { code?: string }).code ?? String(error);
  }
  return String(count);
}

function readsAndChanges(table: string): Record<string, (sql: TransactionSql) => Promise<number>> {
  const rights = FEWER_RIGHTS[table] ?? ["delete", "insert", "select", "update"];
  return {
    "a select": async (sql) => (await sql`select 1 from ${sql(table)}`).length,
    ...(rights.includes("update") && {
      "a select for update": async (sql) => (await sql`select 1 from ${sql(table)} for update`).length,
      "an update": async (sql) => (await sql`update ${sql(table)} set environment = environment`).count,
    }),
    ...(rights.includes("delete") && {
      "a delete": async (sql) => (await sql`delete from ${sql(table)}`).count,
    }),
  };
}

interface Unwritable {
  what: string;
  /** Of the caller's own, to be made into the other. */
  row: StoredRow;
  json: Record<string, unknown>;
}

/** Rows that the caller must be able neither to add nor to make out of one of its own. */
function notToBeWritten(
  rows: readonly StoredRow[],
  mine: readonly StoredRow[],
  environment: Environment,
  caller: Caller,
): Unwritable[] {
  const [row] = mine;
  if (!row) return [];
  const elsewhere = [...ENVIRONMENTS.filter((one) => one !== environment), "qa", ""];
  const found: Unwritable[] = elsewhere.map((one) => ({
    what: `a row like its own, of the environment "${one}"`,
    row,
    json: { ...row.json, environment: one },
  }));
  rows.forEach((other, index) => {
    const beyond = caller === "scope" && other.reach === "beyond";
    if (other.environment === environment && !beyond) return;
    found.push({ what: `sample ${index} (${other.environment}, ${other.reach})`, row, json: other.json });
  });
  return found;
}

async function insert(sql: TransactionSql, table: string, json: Record<string, unknown>): Promise<number> {
  const { count } = await sql`
    insert into ${sql(table)}
    select * from jsonb_populate_record(null::${sql(table)}, ${JSON.stringify(json)}::text::jsonb)`;
  return count;
}

/** Gives every column of one row the value that it has in the other. */
async function update(
  sql: TransactionSql,
  table: string,
  from: Record<string, unknown>,
  to: Record<string, unknown>,
): Promise<number> {
  const columns = sql(Object.keys(to));
  const { count } = await sql`
    update ${sql(table)} as present set (${columns}) = (
      select ${columns} from jsonb_populate_record(null::${sql(table)}, ${JSON.stringify(to)}::text::jsonb))
    where to_jsonb(present) = ${JSON.stringify(from)}::text::jsonb`;
  return count;
}
