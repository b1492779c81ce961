import { and, asc, desc, type SQL, sql } from "drizzle-orm";
import type { ConsolePage } from "@/contracts/lists";
import type { RequestFilter } from "@/contracts/request-queries";
import type { RequestView } from "@/contracts/requests";
import { timestampSchema } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { invalidField } from "@/server/core/errors";
import { type KeysetPosition, keysetPage, keysetPosition } from "@/server/database/keyset";
import { requests } from "@/server/database/schema";
import type { ServiceContext } from "../context";
import { conditionsOf, spanOf } from "./internal/filter";
import { withStatementTimeout } from "./internal/statement-timeout";
import { requestViewOf, selectRequests } from "./internal/view";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface ListRequests extends RequestFilter {
  limit: number;
  cursor: string | null;
}

/**
 * Calls of all environments or one, newest first. Stable while calls come in: a page starts at a row, and rows of one
 * instant are ordered by their own ids.
 * @throws AppError validation_failed for a foreign or malformed cursor, and where looking takes too long
 */
export async function listRequests(
  ctx: ServiceContext,
  input: ListRequests,
): Promise<ConsolePage<RequestView>> {
  authorize(ctx, "requests:read");
  const { limit } = input;
  const position = keysetPosition(input.cursor, UUID);
  const direction = position?.backward ? asc : desc;
  const rows = await withStatementTimeout(ctx, (db) =>
    selectRequests(db)
      .where(
        and(conditionsOf(input, spanOf(input, ctx.clock.now())), position ? beyond(position) : undefined),
      )
      .orderBy(direction(requests.at), direction(requests.entry))
      .limit(limit + 1),
  );
  return keysetPage(
    rows.map((row) => ({ ...row, id: row.entry })),
    {
      limit,
      position,
      sortValueOf: (row) => row.at.toISOString(),
      toItem: ({ id: _id, ...row }) => requestViewOf(row),
    },
  );
}

/** The rows after a position. The bound on the time alone says nothing new, but it is what rules out whole days. */
export function beyond({ backward, value, id }: KeysetPosition): SQL {
  if (!timestampSchema.safeParse(value).success) {
    throw invalidField("cursor", "Is not a cursor of this list; start again without one", "invalid_cursor");
  }
  const at = sql`${new Date(value).toISOString()}::timestamptz`;
  const operator = sql.raw(backward ? ">" : "<");
  return sql`${requests.at} ${operator}= ${at} and (${requests.at}, ${requests.entry}) ${operator} (${at}, ${id}::uuid)`;
}
