import { and, asc, desc, eq, gt, isNotNull, isNull, lt } from "drizzle-orm";
import type { Activation, ActivationFilter } from "@/contracts/activations";
import type { Id } from "@/contracts/ids";
import type { ConsolePage } from "@/contracts/lists";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { keysetPage, keysetPosition } from "@/server/database/keyset";
import { activations, licenses } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { reachableLicense } from "./internal/load";
import { activationOf } from "./internal/view";

interface ListActivations {
  /** The licence's. */
  id: Id<"lic">;
  status: ActivationFilter;
  limit: number;
  cursor?: string | null | undefined;
}

const STATUS_CONDITIONS = {
  active: isNull(activations.deactivatedAt),
  deactivated: isNotNull(activations.deactivatedAt),
  all: undefined,
};

/**
 * Where a licence is or was active, newest first.
 * @throws AppError not_found for the licence; validation_failed for a foreign or malformed cursor
 */
export async function listActivations(
  ctx: ServiceContext,
  input: ListActivations,
): Promise<ConsolePage<Activation>> {
  authorize(ctx, "licenses:read");
  const { limit } = input;
  const position = keysetPosition(input.cursor, "act");
  const start = position?.id as Id<"act">;
  return withDatabase(ctx, async (db) => {
    const [license] = await db
      .select({ id: licenses.id })
      .from(licenses)
      .where(reachableLicense(ctx, input.id));
    if (!license) throw notFound();
    const rows = await db
      .select()
      .from(activations)
      .where(
        and(
          eq(activations.licenseId, license.id),
          STATUS_CONDITIONS[input.status],
          position ? (position.backward ? gt : lt)(activations.id, start) : undefined,
        ),
      )
      .orderBy(position?.backward ? asc(activations.id) : desc(activations.id))
      .limit(limit + 1);
    return keysetPage(rows, { limit, position, toItem: activationOf });
  });
}
