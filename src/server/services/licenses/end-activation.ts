import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import { type Activation, endActivationSchema } from "@/contracts/schemas/activations";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { activations, licenses } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { freePlace } from "./deactivate";
import { lockLicense } from "./internal/load";
import { activationOf, auditSubject } from "./internal/view";

/**
 * Ends one activation of a licence on behalf of whoever looks after it, for a device that is lost and cannot give its
 * place back. Nothing keeps the device from activating again while there is a free place.
 * @throws AppError not_found for the licence, and for an activation that is not its own or has ended
 */
export async function endActivation(
  ctx: ServiceContext,
  input: z.input<typeof endActivationSchema>,
): Promise<Activation> {
  authorize(ctx, "licenses:manage");
  const { id, activationId } = parse(endActivationSchema, input);
  return withTransaction(ctx, async (ctx) => {
    // The same lock as activate takes: the count and the rows never part.
    const before = await lockLicense(ctx.tx, reachable(ctx, licenses, id));
    authorize(ctx, "licenses:manage", before.environment);
    const which = and(
      eq(activations.id, activationId),
      eq(activations.licenseId, before.id),
      isNull(activations.deactivatedAt),
    );
    const { activation, license } = await freePlace(ctx, before, which);
    const { identifier } = activation;
    await recordAudit(ctx, {
      action: "license.deactivate",
      subject: auditSubject(license),
      environment: license.environment,
      before: { activation: identifier, activationCount: before.activationCount },
      after: { activation: null, activationCount: license.activationCount },
    });
    return activationOf(activation);
  });
}
