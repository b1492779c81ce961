import type { Databases } from "./connections";
import { withStatement } from "./session";

/**
 * How many processes serve this database: each has one connection on which it listens for jobs (jobs/queue.ts), of a role
 * that is ours to see. Functions of a serverless hosting do not listen, nor does anybody behind a pooler of transactions.
 */
export async function countListeners({ owner }: Databases): Promise<number> {
  const [row] = await withStatement(
    owner,
    (sql) => sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name = 'keyward' and query ilike 'listen %'`,
  );
  return row?.count ?? 0;
}
