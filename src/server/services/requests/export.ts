import { and, eq } from "drizzle-orm";
import {
  type ExportRequestsInput,
  exportRequestsSchema,
  type RequestDetail,
  type RequestFilter,
} from "@/contracts/request-queries";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { apiKeys, requests } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { detailOf } from "./get";
import { conditionsOf, type Span, spanOf } from "./internal/filter";
import { withStatementTimeout } from "./internal/statement-timeout";
import { NEWEST_FIRST } from "./internal/view";

/** Rows read at once: with bodies kept, some 8 MB at the very most. */
const BATCH_ROWS = 500;

/**
 * Every call that a filter finds up to now, newest first, batch by batch: the next one is read when it is asked for. Each
 * batch starts where the one before ended, so nothing is held while the reader is slow: no rows, and, unlike with a
 * cursor of the database, no connection and no snapshot either. That somebody took a copy is on record before the first
 * row leaves.
 */
export async function exportRequests(
  ctx: ServiceContext,
  input: ExportRequestsInput,
): Promise<AsyncGenerator<RequestDetail[], void>> {
  authorize(ctx, "requests:read");
  const filter = parse(exportRequestsSchema, input);
  const now = ctx.clock.now();
  const open = spanOf(filter, now);
  const span = { from: open.from, to: open.to ?? now };
  await withTransaction(ctx, (ctx) =>
    recordAudit(ctx, {
      action: "log.export",
      subject: { id: "requests", name: "Logs" },
      environment: filter.environment,
      after: { ...setFilters(filter), from: span.from?.toISOString() ?? null, to: span.to.toISOString() },
    }),
  );
  return batches(ctx, filter, span);
}

/** What narrows the export, without what leaves nothing out. */
function setFilters({ period: _period, environment: _environment, ...filter }: RequestFilter) {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== null && value !== "" && value?.length !== 0),
  );
}

async function* batches(
  ctx: ServiceContext,
  filter: RequestFilter,
  span: Span,
): AsyncGenerator<RequestDetail[], void> {
  let cursor: string | null = null;
  do {
    const list = keyset({ cursor, limit: BATCH_ROWS }, NEWEST_FIRST);
    const rows = await withStatementTimeout(ctx, (db) =>
      db
        .select({ id: requests.rowId, request: requests, keyName: apiKeys.name })
        .from(requests)
        .leftJoin(apiKeys, eq(apiKeys.id, requests.keyId))
        .where(and(conditionsOf(filter, span), list.beyond))
        .orderBy(...list.orderBy)
        .limit(list.rows),
    );
    const page = list.page(
      rows,
      ({ request, keyName }) => detailOf({ ...request, keyName }),
      ({ request }) => request.at.toISOString(),
    );
    if (page.data.length > 0) yield page.data;
    cursor = page.nextCursor;
  } while (cursor);
}
