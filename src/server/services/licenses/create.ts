import type { z } from "zod";
import { DAY_MS } from "@/contracts/durations";
import type { NamedEnvironment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { cleanObject } from "@/contracts/json";
import type { LicenseView } from "@/contracts/licenses";
import { type CreateLicenseInput, createLicenseInEnvironmentSchema } from "@/contracts/schemas/licenses";
import { cleanText } from "@/contracts/text";
import { authorize, requireUnscoped } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { licenses } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import { inEnvironment, type ServiceContext } from "../context";
import { ensureCustomer } from "../customers";
import { publishWebhooks } from "../webhooks";
import { generateLicenseKey } from "./internal/license-key";
import { loadLicense } from "./internal/load";
import { requireOwner } from "./internal/owner";
import { licenseEvent } from "./internal/told";
import { auditedLicense, auditSubject, type LicenseRow } from "./internal/view";

type TransactionContext = ServiceContext & { tx: Transaction };
type NewLicense = z.output<typeof createLicenseInEnvironmentSchema>;

const ATTEMPTS = 5;

/**
 * Issues a licence, or imports one with its key.
 * @param newKey where generated keys come from
 * @throws AppError conflict when the imported key is there already; customer_out_of_scope for a scoped key and a customer
 * outside of its scope, a new one, or none, and for one that imports a key; validation_failed for an unknown `customerId`
 */
export async function createLicense(
  ctx: ServiceContext,
  given: CreateLicenseInput & NamedEnvironment,
  newKey: () => string = generateLicenseKey,
): Promise<LicenseView> {
  authorize(ctx, "licenses:manage");
  const input = parse(createLicenseInEnvironmentSchema, inEnvironment(ctx, given));
  authorize(ctx, "licenses:manage", input.environment);
  if (input.key !== undefined) {
    // A licence key is unique in its environment: whether it is taken would tell a restricted key which licence keys other
    // customers have. So it may choose none, as it may make no customer, whose e-mail is unique in the same way.
    requireUnscoped(ctx, "A key that is restricted to certain customers cannot import licence keys.");
  }
  return withTransaction(ctx, async (ctx) => {
    const customerId = await ownerOf(ctx, input);
    const row = await insertLicense(ctx, { ...input, customerId }, newKey);
    await publishWebhooks(ctx, [licenseEvent("license.created", row, row.createdAt)]);
    await recordAudit(ctx, {
      action: "license.create",
      subject: auditSubject(row),
      environment: row.environment,
      after: auditedLicense(row),
    });
    return loadLicense(ctx.tx, ctx, row.id);
  });
}

async function ownerOf(
  ctx: TransactionContext,
  { customer, customerId, environment }: NewLicense,
): Promise<Id<"cus"> | null> {
  if (customer) return ensureCustomer(ctx, { ...customer, environment });
  await requireOwner(ctx, customerId ?? null, environment);
  return customerId ?? null;
}

/** Inserts under the imported key, or under new ones until one is free; ON CONFLICT leaves the transaction intact. */
async function insertLicense(
  ctx: TransactionContext,
  input: Omit<NewLicense, "customerId"> & { customerId: Id<"cus"> | null },
  newKey: () => string,
): Promise<LicenseRow> {
  const now = ctx.clock.now();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const [row] = await ctx.tx
      .insert(licenses)
      .values({
        id: newId("lic"),
        environment: input.environment,
        key: cleanText(input.key ?? newKey()),
        product: cleanText(input.product),
        customerId: input.customerId,
        activationLimit: input.activationLimit ?? null,
        expiresAt: expiryOf(input, now),
        features: (input.features ?? []).map(cleanText),
        metadata: cleanObject(input.metadata ?? {}),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing()
      .returning();
    if (row) return row;
    if (input.key) throw new AppError("conflict", "There is a licence with this key already.");
  }
  throw new Error(`No free licence key in ${ATTEMPTS} attempts; the generator must be broken.`);
}

/** The instant at which a new licence expires, whichever way it was said; null: never. */
export function expiryOf(
  { expiresAt, validityDays }: Pick<NewLicense, "expiresAt" | "validityDays">,
  now: Date,
): Date | null {
  if (validityDays !== undefined) return new Date(now.getTime() + validityDays * DAY_MS);
  return expiresAt ? new Date(expiresAt) : null;
}
