import { and } from "drizzle-orm";
import type { z } from "zod";
import type { ConsolePage } from "@/contracts/lists";
import type { RequestView } from "@/contracts/requests";
import { listRequestsStepSchema } from "@/contracts/schemas/request-queries";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import type { ServiceContext } from "../context";
import { conditionsOf, spanOf } from "./internal/filter";
import { withStatementTimeout } from "./internal/statement-timeout";
import { newestFirst, requestViewOf, selectRequests } from "./internal/view";

/**
 * Calls of all environments or one, newest first. Stable while calls come in: a page starts at a row, and rows of one
 * instant are ordered by their own ids.
 * @throws AppError validation_failed for a foreign or malformed cursor, and where looking takes too long
 */
export async function listRequests(
  ctx: ServiceContext,
  input: z.input<typeof listRequestsStepSchema>,
): Promise<ConsolePage<RequestView>> {
  authorize(ctx, "requests:read");
  const { cursor, limit, ...filter } = parse(listRequestsStepSchema, input);
  const list = keyset({ cursor, limit }, newestFirst(filter));
  const rows = await withStatementTimeout(ctx, (db) =>
    selectRequests(db)
      .where(and(conditionsOf(ctx, filter, spanOf(filter, ctx.clock.now())), list.beyond))
      .orderBy(...list.orderBy)
      .limit(list.rows),
  );
  return list.page(
    rows.map((row) => ({ ...row, id: row.rowId })),
    ({ id: _id, ...row }) => requestViewOf(row),
    (row) => row.at.toISOString(),
  );
}
