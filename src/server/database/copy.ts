import { once } from "node:events";
import type postgres from "postgres";

/** A table, and the order in which the values of a row stand. */
interface Copied {
  name: string;
  columns: readonly string[];
}

/** The rows of a table as COPY writes them: text, each row a part. */
export async function* copyOut(
  sql: postgres.TransactionSql,
  { name, columns }: Copied,
): AsyncGenerator<Buffer, void> {
  const query = sql`copy (select ${sql(columns)} from public.${sql(name)}) to stdout`;
  const stream = await query.readable();
  let isOver = false;
  try {
    for await (const row of stream) yield row;
    isOver = true;
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    // Whoever reads has given up: Postgres would send all the rest before it listens again.
    if (!isOver) query.cancel();
    // The driver (postgres 3.4.9) stops reading from the connection while this stream is full, and would never go on after
    // its end: whatever is asked next would have no answer. Its `_read` is what goes on.
    Object.assign(stream, { push: () => true });
    stream._read(0);
  }
}

/**
 * Copies rows into a table.
 * @param parts of text as COPY writes it
 * @returns how many rows Postgres took
 * @throws PostgresError; what reading the parts throws
 */
export async function copyIn(
  sql: postgres.TransactionSql,
  { name, columns }: Copied,
  parts: AsyncIterable<Buffer>,
): Promise<number> {
  const query = sql`copy public.${sql(name)} (${sql(columns)}) from stdin`;
  const stream = await query.writable();
  // The driver (postgres 3.4.9) has settled the query with the stream, and tells nobody how the whole ended: of an error at
  // its end, as of most that concern a row, the stream never hears. It does tell the query again.
  const ended = new Promise<{ count: number }>((resolve, reject) =>
    Object.assign(query, { resolve, reject }),
  );
  ended.catch(() => undefined);
  stream.on("error", () => undefined);
  try {
    for await (const part of parts) {
      if (!stream.write(part)) await Promise.race([once(stream, "drain"), ended]);
    }
  } catch (error) {
    // Takes back what was sent, and has the transaction fail whatever its owner does.
    stream.destroy(new Error("given up"));
    await ended.catch(() => undefined);
    throw error;
  }
  stream.end();
  const { count } = await ended;
  return count;
}
