import { and, eq } from "drizzle-orm";
import {
  type ExportRequestsInput,
  exportRequestsSchema,
  type RequestDetail,
  type RequestFilter,
} from "@/contracts/request-queries";
import { authorize } from "@/server/core/authorize";
import { type Download, type FilePart, partsFrom } from "@/server/core/download";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { apiKeys, requests } from "@/server/database/schema";
import { recordExport } from "../audit";
import type { ServiceContext } from "../context";
import { detailOf } from "./get";
import { FILE_LINES } from "./internal/file-lines";
import { conditionsOf, type Span, spanOf } from "./internal/filter";
import { withStatementTimeout } from "./internal/statement-timeout";
import { NEWEST_FIRST } from "./internal/view";

/** Rows read at once: with bodies kept, some 8 MB at the very most. */
const BATCH_ROWS = 500;

/**
 * Every call that a filter finds up to now, newest first. Each part starts where the one before ended, so nothing is held
 * while the reader is slow: no rows, and, unlike with a cursor of the database, no connection and no snapshot either. That
 * somebody took a copy is on record before the first row leaves.
 * @throws AppError validation_failed where looking takes too long
 */
export async function exportRequests(
  ctx: ServiceContext,
  input: ExportRequestsInput,
): Promise<Download<ServiceContext>> {
  authorize(ctx, "requests:read");
  const filter = parse(exportRequestsSchema, input);
  const { format, period: _period, environment, ...narrowing } = filter;
  const now = ctx.clock.now();
  const open = spanOf(filter, now);
  const span = { from: open.from, to: open.to ?? now };
  const { head, lines } = FILE_LINES[format];
  const read = async (ctx: ServiceContext, cursor: string | null): Promise<FilePart<string>> => {
    const { data, nextCursor } = await readBatch(ctx, filter, span, cursor);
    return { text: (cursor === null ? head : "") + lines(data), next: nextCursor };
  };
  const first = await read(ctx, null);
  await recordExport(ctx, {
    action: "log.export",
    subject: { id: "requests", name: "Logs" },
    environment,
    filter: { ...narrowing, format },
    always: { from: span.from?.toISOString() ?? null, to: span.to.toISOString() },
  });
  const instant = now.toISOString().slice(0, 19).replaceAll(":", "-");
  return { fileName: `keyward-log-${instant}.${format}`, format, parts: partsFrom(first, read) };
}

async function readBatch(ctx: ServiceContext, filter: RequestFilter, span: Span, cursor: string | null) {
  authorize(ctx, "requests:read");
  const list = keyset({ cursor, limit: BATCH_ROWS }, NEWEST_FIRST);
  const rows = await withStatementTimeout(ctx, (db) =>
    db
      .select({ id: requests.rowId, request: requests, keyName: apiKeys.name })
      .from(requests)
      .leftJoin(apiKeys, eq(apiKeys.id, requests.keyId))
      .where(and(conditionsOf(ctx, filter, span), list.beyond))
      .orderBy(...list.orderBy)
      .limit(list.rows),
  );
  return list.page(
    rows,
    ({ request, keyName }): RequestDetail => detailOf({ ...request, keyName }),
    ({ request }) => request.at.toISOString(),
  );
}
