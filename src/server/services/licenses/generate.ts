import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { cleanObject } from "@/contracts/json";
import {
  type GenerateLicensesInput,
  generateLicensesSchema,
  type JobInput,
} from "@/contracts/schemas/job-types";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { arrayLiteral } from "@/server/database/array-literal";
import type { Transaction } from "@/server/database/connections";
import { violatedUnique } from "@/server/database/errors";
import { withSavepoint, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { expiryOf } from "./create";
import { generateLicenseKey } from "./internal/license-key";
import { requireOwner } from "./internal/owner";

type Generation = z.output<typeof generateLicensesSchema>;

/** A licence that a job has made. */
export type GeneratedLicense = { id: Id<"lic">; key: string };

const ATTEMPTS = 5;

/**
 * Refuses a generation that could never succeed, and turns `validityDays` into the instant that all its licences share,
 * however long the job waits.
 * @returns the input to keep
 * @throws AppError as createLicense does
 */
export async function prepareLicenseGeneration(
  ctx: ServiceContext,
  given: GenerateLicensesInput,
  now: Date,
): Promise<JobInput<"licenses.generate">> {
  authorize(ctx, "licenses:manage");
  const { environment, ...input } = parse(generateLicensesSchema, given);
  await withTransaction(ctx, (ctx) => requireOwner(ctx, input.customerId ?? null, environment));
  const { validityDays: _validityDays, ...rest } = input;
  return { ...rest, expiresAt: expiryOf(input, now)?.toISOString() ?? null };
}

/**
 * Issues many licences alike, in one statement. Where a key of it is taken, which of 123 random bits none ever is, all are
 * made anew.
 * @param newKey where generated keys come from
 * @throws AppError as createLicense does
 */
export async function generateLicenses(
  ctx: ServiceContext,
  given: GenerateLicensesInput,
  newKey: () => string = generateLicenseKey,
): Promise<GeneratedLicense[]> {
  authorize(ctx, "licenses:manage");
  const input = parse(generateLicensesSchema, given);
  return withTransaction(ctx, async (ctx) => {
    await requireOwner(ctx, input.customerId ?? null, input.environment);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      // In the order of the keys, so that two who want the same never wait crosswise. Ids ascend as well: Postgres adds to each
      // index from one end to the other, which costs less than half of what places here and there do.
      const keys = Array.from({ length: input.count }, newKey).sort();
      const wanted = keys.map((key) => ({ id: newId("lic"), key }));
      if (await insertLicenses(ctx, input, wanted)) return wanted;
    }
    throw new Error(`No free licence keys in ${ATTEMPTS} attempts; the generator must be broken.`);
  });
}

/** @returns whether all keys were free; nothing is inserted otherwise */
async function insertLicenses(
  ctx: ServiceContext & { tx: Transaction },
  input: Generation,
  wanted: readonly GeneratedLicense[],
): Promise<boolean> {
  const features = JSON.stringify((input.features ?? []).map(cleanText));
  const now = ctx.clock.now();
  const created = now.toISOString();
  // No ON CONFLICT, for which Postgres would ask each index of every row before.
  const statement = sql`
    insert into licenses (id, environment, key, product, customer_id, activation_limit, expires_at, features, metadata,
      created_at, updated_at)
    select wanted.id, ${input.environment}, wanted.key, ${cleanText(input.product)}, ${input.customerId ?? null}::text,
      ${input.activationLimit ?? null}::integer, ${expiryOf(input, now)?.toISOString() ?? null}::timestamptz,
      array(select jsonb_array_elements_text(${features}::text::jsonb)),
      ${JSON.stringify(cleanObject(input.metadata ?? {}))}::text::jsonb, ${created}::timestamptz, ${created}::timestamptz
    from unnest(${arrayLiteral(wanted.map(({ id }) => id))}::text[], ${arrayLiteral(wanted.map(({ key }) => key))}::text[])
      as wanted (id, key)`;
  try {
    await withSavepoint(ctx, ({ tx }) => tx.execute(statement));
    return true;
  } catch (error) {
    if (violatedUnique(error) === "licenses_key_key") return false;
    throw error;
  }
}
