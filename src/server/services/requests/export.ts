import { and } from "drizzle-orm";
import { type ExportRequestsInput, exportRequestsSchema } from "@/contracts/schemas/request-queries";
import { authorize } from "@/server/core/authorize";
import { type Download, type FilePart, partsFrom } from "@/server/core/download";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { recordExport } from "../audit";
import type { ServiceContext } from "../context";
import { LOG_FILES } from "./internal/file-lines";
import { conditionsOf, spanOf } from "./internal/filter";
import { newestFirst } from "./internal/view";

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
  const { step, lines } = LOG_FILES[format];
  const read = async (ctx: ServiceContext, cursor: string | null): Promise<FilePart<string>> => {
    authorize(ctx, "requests:read");
    const list = keyset({ cursor, limit: step }, newestFirst(filter));
    const condition = and(conditionsOf(ctx, filter, span), list.beyond);
    const { text, nextCursor } = await lines(ctx, condition, list, cursor === null);
    return { text, next: nextCursor };
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
