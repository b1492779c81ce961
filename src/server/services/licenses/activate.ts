import { and, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import type { NamedEnvironment } from "@/contracts/environments";
import { cleanObject } from "@/contracts/json";
import { licenseObstacle } from "@/contracts/license-use";
import type { ActivationChange } from "@/contracts/schemas/activations";
import {
  activateLicenseInEnvironmentSchema,
  type activateLicenseSchema,
} from "@/contracts/schemas/license-use";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { holdsText } from "@/server/database/keyset";
import { activations, licenses } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { publishWebhooks } from "../webhooks";
import { licenseWithKey, lockLicense } from "./internal/load";
import { activationEvent } from "./internal/told";
import { activationOf, type LicenseRow, usedLicenseOf } from "./internal/view";

/**
 * Makes a licence active on a device. An identifier that is active already stays as it is, counts once, and is no
 * second activation (`created` is false). The lock on the licence's row makes calls for one licence wait for each other,
 * so the limit holds exactly however many come at once.
 * @throws AppError not_found for an unknown key; invalid_state for a licence that does not validate (unassigned,
 * suspended, revoked, expired); activation_limit_reached
 */
export async function activateLicense(
  ctx: ServiceContext,
  input: z.input<typeof activateLicenseSchema> & NamedEnvironment,
): Promise<ActivationChange & { created: boolean }> {
  authorize(ctx, "licenses:validate");
  const { environment, key, identifier, metadata } = parse(
    activateLicenseInEnvironmentSchema,
    inEnvironment(ctx, input),
  );
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const { tx } = ctx;
    const license = await lockLicense(tx, licenseWithKey(environment, key));
    refuseUnusable(license, now);
    const [present] = await tx.select().from(activations).where(activeOn(license, identifier));
    if (present) {
      const shown = usedLicenseOf(ctx, license, now);
      return { created: false, activation: activationOf(present), license: shown };
    }
    refuseBeyondLimit(license);
    const [activation] = await tx
      .insert(activations)
      .values({
        id: newId("act"),
        environment,
        licenseId: license.id,
        identifier: cleanText(identifier),
        metadata: cleanObject(metadata ?? {}),
        createdAt: now,
      })
      .returning();
    const [counted] = await tx
      .update(licenses)
      .set({ activationCount: sql`activation_count + 1`, updatedAt: now })
      .where(eq(licenses.id, license.id))
      .returning();
    if (!activation || !counted) throw new Error("A locked licence vanished");
    await publishWebhooks(ctx, [activationEvent("activation.created", activation)]);
    return { created: true, activation: activationOf(activation), license: usedLicenseOf(ctx, counted, now) };
  });
}

/** The activation of a licence that is under way on a device. */
export function activeOn(license: LicenseRow, identifier: string) {
  return and(
    eq(activations.licenseId, license.id),
    holdsText(activations.identifier, identifier),
    isNull(activations.deactivatedAt),
  );
}

function refuseUnusable(license: LicenseRow, now: Date): void {
  const obstacle = licenseObstacle(license, now);
  if (!obstacle) return;
  const reason = obstacle === "unassigned" ? "belongs to no customer" : `is ${obstacle}`;
  throw new AppError("invalid_state", `The licence ${reason}, so it cannot be activated.`);
}

function refuseBeyondLimit({ activationCount, activationLimit }: LicenseRow): void {
  if (activationLimit === null || activationCount < activationLimit) return;
  throw new AppError(
    "activation_limit_reached",
    `The licence is active on ${activationCount} devices, as many as it allows.`,
  );
}
