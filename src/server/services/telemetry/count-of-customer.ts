import { and, eq, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { telemetryOfCustomerSchema } from "@/contracts/schemas/telemetry";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { telemetryEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";

/** Above this nothing is counted any more: an app may have sent millions. */
const CAP = 100_000;

/** How many events are kept that were sent for licences of a customer. `capped`: there are as many, or more. */
export async function countTelemetryOfCustomer(
  ctx: ServiceContext,
  input: { customerId: Id<"cus"> },
): Promise<{ events: number; capped: boolean }> {
  authorize(ctx, "telemetry:read");
  const { customerId } = parse(telemetryOfCustomerSchema, input);
  const [row] = await withDatabase(ctx, (db) => {
    const some = db
      .select({ id: telemetryEvents.id })
      .from(telemetryEvents)
      .where(and(eq(telemetryEvents.customerId, customerId), withinReach(ctx, telemetryEvents.environment)))
      .limit(CAP)
      .as("some");
    return db.select({ events: sql<number>`count(*)::int` }).from(some);
  });
  const events = row?.events ?? 0;
  return { events, capped: events >= CAP };
}
