import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { z } from "zod";
import type { ConsolePage } from "@/contracts/lists";
import { type Activation, listActivationsStepSchema } from "@/contracts/schemas/activations";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { activations, licenses } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { activationOf } from "./internal/view";

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
  input: z.input<typeof listActivationsStepSchema>,
): Promise<ConsolePage<Activation>> {
  authorize(ctx, "licenses:read");
  const { id, status, ...step } = parse(listActivationsStepSchema, input);
  const list = keyset(step, { id: activations.id, ids: "act" });
  return withDatabase(ctx, async (db) => {
    const [license] = await db
      .select({ id: licenses.id })
      .from(licenses)
      .where(reachable(ctx, licenses, id));
    if (!license) throw notFound();
    const rows = await db
      .select()
      .from(activations)
      .where(and(eq(activations.licenseId, license.id), STATUS_CONDITIONS[status], list.beyond))
      .orderBy(...list.orderBy)
      .limit(list.rows);
    return list.page(rows, activationOf);
  });
}
