import type { Database } from "@/server/database/connections";
import { withDriverTransaction } from "@/server/database/session";
import { countCalls } from "./count-calls";

/** So many batches are counted at once: a backlog is worked off in transactions that stay short. */
const BATCHES_AT_ONCE = 100;

/** Batches with so much time between them are read apart. */
const SPLIT_AT_GAP_MS = 1_000;

interface Uncounted {
  batch: Buffer;
  /** Epoch milliseconds, as the next: what a date looks like as text depends on the database's settings. */
  firstMs: number;
  lastMs: number;
  lastUses: Record<string, string | null>;
}

/**
 * Counts what is in the log and not yet in the figures, of all processes: a batch is taken off the list in the transaction
 * that counts it. Another process that counts at the same time takes other batches.
 * @param leastAgeMs nothing is done as long as no batch is as old: the more calls are counted at once, the less each costs
 * @returns whether batches are left that were too young
 */
export async function countLog(database: Database, { leastAgeMs }: { leastAgeMs: number }): Promise<boolean> {
  const least = `${leastAgeMs} milliseconds`;
  for (;;) {
    const taken = await withDriverTransaction(database, async (sql) => {
      const batches = await sql<Uncounted[]>`
        delete from request_log_uncounted where batch in (
          select batch from request_log_uncounted
          where exists (select from request_log_uncounted where written_at <= now() - ${least}::interval)
          order by first_at limit ${BATCHES_AT_ONCE} for update skip locked
        )
        returning batch, (extract(epoch from first_at) * 1000)::float8 as "firstMs",
          (extract(epoch from last_at) * 1000)::float8 as "lastMs", last_uses as "lastUses"`;
      for (const { members, fromMs, toMs } of spansOf(batches)) {
        const span = { from: new Date(fromMs), to: new Date(toMs) };
        // Of a key that several tell of, the first has the say: it knew the least of what came after.
        const lastUses = Object.assign({}, ...members.map((member) => member.lastUses).reverse());
        await countCalls(sql, { batches: members.map(({ batch }) => batch), ...span }, lastUses);
      }
      return batches.length;
    });
    if (taken === BATCHES_AT_ONCE) continue;
    const [row] = await database.$client`select exists (select from request_log_uncounted) as left`;
    return row?.left;
  }
}

interface SpanOfBatches {
  fromMs: number;
  toMs: number;
  members: Uncounted[];
}

/**
 * Batches by the time they lie in, those together between which there is no gap: one that comes hours late, or of a process
 * whose clock is wrong, must not have all calls in between read.
 */
function spansOf(batches: readonly Uncounted[]): SpanOfBatches[] {
  const spans: SpanOfBatches[] = [];
  for (const batch of [...batches].sort((one, other) => one.firstMs - other.firstMs)) {
    const last = spans.at(-1);
    if (last && batch.firstMs <= last.toMs + SPLIT_AT_GAP_MS) {
      last.members.push(batch);
      last.toMs = Math.max(last.toMs, batch.lastMs);
    } else spans.push({ fromMs: batch.firstMs, toMs: batch.lastMs, members: [batch] });
  }
  return spans;
}
