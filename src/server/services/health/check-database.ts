import { sql } from "drizzle-orm";
import { ENVIRONMENTS } from "@/contracts/environments";
import { newId } from "@/server/core/ids";
import { NotInTimeError, within } from "@/server/core/within";
import type { Database, Databases } from "@/server/database/connections";
import { databaseMs } from "@/server/database/database-clock";
import { errorCode } from "@/server/database/errors";
import { withDatabase, withStatement } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** For how long a probe waits. Whoever asks, a load balancer, gives up not much later. Milliseconds. */
const PATIENCE_MS = 900;

/** Whose environments have answered as themselves. Asked once: rights and roles are not lost by the hour. */
const proven = new WeakSet<Databases>();

/** Under way. Probes need no key: however many come at once, one statement answers them all, and holds one place. */
const underWay = new WeakMap<Database, Promise<string | null>>();

/**
 * Whether Postgres can serve calls now: it answers, takes writes, and nobody has locked a table that calls read.
 * @returns what is in the way, in words for the operator; null: nothing. Within a second, whatever happens
 */
export async function checkDatabase({
  databases,
}: Pick<ServiceContext, "databases">): Promise<string | null> {
  const { lookUps } = databases;
  let check = underWay.get(lookUps);
  if (!check) {
    check = Promise.all([ask(databases), proveEnvironments(databases)])
      .then(([fault]) => fault)
      .finally(() => underWay.delete(lookUps));
    underWay.set(lookUps, check);
  }
  try {
    return await within(PATIENCE_MS, check);
  } catch (error) {
    if (error instanceof NotInTimeError) {
      return "Postgres has not answered within a second: it is away, overloaded, or a table is locked.";
    }
    return `Postgres cannot be used: ${inWords(errorCode(error))}.`;
  }
}

/** Of the codes that a probe meets most, in words of ours: anybody may ask, and Postgres' own may tell of its address. */
const CODES: Record<string, string> = {
  "28P01": "it refuses the password",
  "53300": "it has no connection left for Keyward: raise max_connections, or lower DATABASE_POOL_SIZE",
  "57P03": "it is starting or stopping",
  ECONNREFUSED: "nothing listens where it should be",
};

function inWords(code = "unknown error"): string {
  const words = CODES[code];
  return words === undefined ? code : `${words} (${code})`;
}

/** On the pool that calls cannot do without. Each table is read, so that a lock on it is met here. */
async function ask({ lookUps, clock }: Databases): Promise<string | null> {
  const askedAt = performance.now();
  const [row] = await withStatement(
    lookUps,
    (sql) => sql<{ read_only: boolean; database_ms: number }[]>`
      select current_setting('transaction_read_only')::boolean as read_only, ${databaseMs(sql)} as database_ms,
        exists (select from api_keys), exists (select from key_change_counter), exists (select from key_changes),
        exists (select from customers), exists (select from licenses),
        exists (select from activations), exists (select from job_records), exists (select from idempotency_records)`,
  );
  if (row) clock.readAt(row.database_ms, askedAt);
  return row?.read_only ? "Postgres is read-only." : null;
}

/**
 * Reads as each environment's own: where roles, rights or policies are missing (a restore, a renamed role), the owner is
 * answered all the same, and every call would be refused.
 */
async function proveEnvironments(databases: Databases): Promise<void> {
  if (proven.has(databases)) return;
  await Promise.all(
    ENVIRONMENTS.map(async (environment) => {
      const nobody = { kind: "key", id: newId("key"), name: "", permissions: [], customers: null } as const;
      const [row] = await withDatabase({ principal: { ...nobody, environment }, databases }, (db) =>
        db.execute(sql`select api_environment() as environment, exists (select from customers)`),
      );
      if (row?.environment !== environment)
        throw new Error(`The pool of ${environment} is of another environment.`);
    }),
  );
  proven.add(databases);
}
