import { and, asc, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { ConsolePage } from "@/contracts/lists";
import type { TelemetryEventView } from "@/contracts/telemetry";
import { timestampSchema } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { invalidField } from "@/server/core/errors";
import { holdsText, type KeysetPosition, keysetPage, keysetPosition } from "@/server/database/keyset";
import { telemetryEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

interface ListTelemetry {
  /** For administrators: one environment, or all. A key always lists its own. */
  environment?: Environment | null;
  type?: string | null | undefined;
  product?: string | null | undefined;
  flagged?: boolean | null | undefined;
  /** Received at this instant or later (RFC 3339). */
  from?: string | null | undefined;
  /** Received before this instant (RFC 3339). */
  to?: string | null | undefined;
  limit: number;
  cursor?: string | null | undefined;
}

/**
 * Events within reach, the latest received first. Bounds on the time of receipt leave all other days' tables untouched.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listTelemetry(
  ctx: ServiceContext,
  input: ListTelemetry,
): Promise<ConsolePage<TelemetryEventView>> {
  authorize(ctx, "telemetry:read");
  const { limit } = input;
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : input.environment;
  const scope = ctx.principal.kind === "key" ? ctx.principal.customers : null;
  const position = keysetPosition(input.cursor, "evt");
  const direction = position?.backward ? asc : desc;
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(telemetryEvents)
      .where(
        and(
          environment ? eq(telemetryEvents.environment, environment) : undefined,
          // Row-level security says so already, but not in words that an index can serve.
          scope ? inArray(telemetryEvents.customerId, [...scope]) : undefined,
          ...filters(input),
          position ? beyond(position) : undefined,
        ),
      )
      .orderBy(direction(telemetryEvents.receivedAt), direction(telemetryEvents.id))
      .limit(limit + 1)
      .prepare("telemetry_list")
      .execute(),
  );
  return keysetPage(rows, {
    limit,
    position,
    sortValueOf: (row) => row.receivedAt.toISOString(),
    toItem: eventOf,
  });
}

function filters({ type, product, flagged, from, to }: ListTelemetry): (SQL | undefined)[] {
  return [
    type ? holdsText(telemetryEvents.type, type) : undefined,
    product ? holdsText(telemetryEvents.product, product) : undefined,
    // Written as in the index of flagged events.
    typeof flagged === "boolean" ? (flagged ? sql`flags <> '{}'` : sql`flags = '{}'`) : undefined,
    from ? gte(telemetryEvents.receivedAt, new Date(from)) : undefined,
    to ? lt(telemetryEvents.receivedAt, new Date(to)) : undefined,
  ];
}

/** The rows after a position. The bound on the time alone says nothing new, but it is what rules out whole days. */
function beyond({ backward, value, id }: KeysetPosition): SQL {
  if (!timestampSchema.safeParse(value).success) {
    throw invalidField("cursor", "Is not a cursor of this list; start again without one", "invalid_cursor");
  }
  const at = sql`${new Date(value).toISOString()}::timestamptz`;
  const operator = sql.raw(backward ? ">" : "<");
  return sql`received_at ${operator}= ${at} and (received_at, id) ${operator} (${at}, ${id})`;
}

function eventOf(row: typeof telemetryEvents.$inferSelect): TelemetryEventView {
  return {
    id: row.id,
    environment: row.environment,
    type: row.type,
    at: row.at.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    product: row.product,
    version: row.version,
    licenseId: row.licenseId,
    licenseKey: row.licenseKey,
    identifier: row.identifier,
    data: row.data,
    flags: row.flags,
  };
}
