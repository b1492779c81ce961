import { and, desc, gte } from "drizzle-orm";
import type { z } from "zod";
import { MINUTE_MS } from "@/contracts/durations";
import type { RequestTail } from "@/contracts/request-queries";
import { tailRequestsSchema } from "@/contracts/schemas/request-queries";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { requests } from "@/server/database/schema";
import type { ServiceContext } from "../context";
import { conditionsOf } from "./internal/filter";
import { withStatementTimeout } from "./internal/statement-timeout";
import { requestViewOf, selectRequests } from "./internal/view";

/** The most rows of one answer: more than anybody reads in the second until the next. */
const MOST = 100;

/**
 * How late a row may be: it bears the time at which its call began, and is written when the call is over and the batch
 * full. So each answer goes back this far behind the one before, and repeats what the reader has.
 */
const LATE_MS = 10_000;

/** What came in since the answer before, for a reader who asks every second. The filter's own time does not count. */
export async function tailRequests(
  ctx: ServiceContext,
  input: z.input<typeof tailRequestsSchema>,
): Promise<RequestTail> {
  authorize(ctx, "requests:read");
  const { since: last, ...filter } = parse(tailRequestsSchema, input);
  const now = ctx.clock.now();
  const since = last ? Date.parse(last) : now.getTime();
  // Whoever comes back after a night is told the latest, not the night.
  const from = new Date(Math.max(since, now.getTime() - MINUTE_MS) - LATE_MS);
  const rows = await withStatementTimeout(ctx, (db) =>
    selectRequests(db)
      .where(and(gte(requests.at, from), conditionsOf(ctx, filter, { from: null, to: null })))
      .orderBy(desc(requests.at), desc(requests.rowId))
      .limit(MOST + 1),
  );
  return {
    rows: rows.slice(0, MOST).map(requestViewOf),
    capped: rows.length > MOST,
    now: now.toISOString(),
  };
}
