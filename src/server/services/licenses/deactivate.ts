import { eq, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { NamedEnvironment } from "@/contracts/environments";
import type { ActivationChange } from "@/contracts/schemas/activations";
import {
  deactivateLicenseInEnvironmentSchema,
  type deactivateLicenseSchema,
} from "@/contracts/schemas/license-use";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { activations, licenses } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { publishWebhooks } from "../webhooks";
import { activeOn } from "./activate";
import { licenseWithKey, lockLicense } from "./internal/load";
import { activationEvent } from "./internal/told";
import { activationOf, type LicenseRow, usedLicenseOf } from "./internal/view";

/**
 * Frees the place of a device. Whatever state the licence is in: giving a place back harms nobody.
 * @throws AppError not_found for an unknown key, and for an identifier on which the licence is not active
 */
export async function deactivateLicense(
  ctx: ServiceContext,
  input: z.input<typeof deactivateLicenseSchema> & NamedEnvironment,
): Promise<ActivationChange> {
  authorize(ctx, "licenses:validate");
  const { environment, key, identifier } = parse(
    deactivateLicenseInEnvironmentSchema,
    inEnvironment(ctx, input),
  );
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    // The same lock as activate takes, so that two calls for one device end one activation, and count once.
    const license = await lockLicense(ctx.tx, licenseWithKey(environment, key));
    const ended = await freePlace(ctx, license, activeOn(license, identifier));
    return { activation: activationOf(ended.activation), license: usedLicenseOf(ctx, ended.license, now) };
  });
}

/**
 * Ends one activation of a locked licence, counts it off and tells it.
 * @param which the activation, while it is active
 * @throws AppError not_found when it is not, or not any more
 */
export async function freePlace(
  ctx: ServiceContext & { tx: Transaction },
  license: LicenseRow,
  which: SQL | undefined,
) {
  const { tx } = ctx;
  const now = ctx.clock.now();
  const [activation] = await tx.update(activations).set({ deactivatedAt: now }).where(which).returning();
  if (!activation) throw notFound();
  const [counted] = await tx
    .update(licenses)
    .set({ activationCount: sql`activation_count - 1`, updatedAt: now })
    .where(eq(licenses.id, license.id))
    .returning();
  if (!counted) throw new Error("A locked licence vanished");
  await publishWebhooks(ctx, [activationEvent("activation.ended", activation)]);
  return { activation, license: counted };
}
