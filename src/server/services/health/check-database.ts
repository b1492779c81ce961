import { NotInTimeError, within } from "@/server/core/within";
import type { Database } from "@/server/db/connections";
import { errorCode } from "@/server/db/errors";
import { withStatement } from "@/server/db/scope";
import type { ServiceContext } from "../context";

/** For how long a probe waits. Whoever asks, a load balancer, gives up not much later. Milliseconds. */
const PATIENCE_MS = 900;

/** Under way. Probes need no key: however many come at once, one statement answers them all, and holds one place. */
const underWay = new WeakMap<Database, Promise<string | null>>();

/**
 * Whether Postgres can serve calls now: it answers, takes writes, and nobody has locked a table that calls read.
 * @returns what is in the way, in words for the operator; null: nothing. Within a second, whatever happens
 */
export async function checkDatabase({
  databases: { lookUps },
}: Pick<ServiceContext, "databases">): Promise<string | null> {
  let check = underWay.get(lookUps);
  if (!check) {
    check = ask(lookUps).finally(() => underWay.delete(lookUps));
    underWay.set(lookUps, check);
  }
  try {
    return await within(PATIENCE_MS, check);
  } catch (error) {
    if (error instanceof NotInTimeError) {
      return "Postgres has not answered within a second: it is away, overloaded, or a table is locked.";
    }
    return `Postgres cannot be used: ${errorCode(error) ?? "unknown error"}.`;
  }
}

/** On the pool that calls cannot do without. Each table is read, so that a lock on it is met here. */
async function ask(lookUps: Database): Promise<string | null> {
  const [row] = await withStatement(
    lookUps,
    (sql) => sql<{ read_only: boolean }[]>`
      select current_setting('transaction_read_only')::boolean as read_only,
        exists (select from api_keys), exists (select from customers), exists (select from licenses),
        exists (select from activations), exists (select from job_records), exists (select from idempotency_records)`,
  );
  return row?.read_only ? "Postgres is read-only." : null;
}
