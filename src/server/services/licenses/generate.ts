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
import type { Transaction } from "@/server/database/connections";
import { withTransaction } from "@/server/database/session";
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
 * Issues many licences alike, in one statement. Keys that are taken are made anew; ON CONFLICT leaves the transaction
 * intact.
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
    const made: GeneratedLicense[] = [];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const missing = input.count - made.length;
      if (missing === 0) return made;
      const wanted = Array.from({ length: missing }, () => ({ id: newId("lic"), key: newKey() }));
      made.push(...(await insertLicenses(ctx.tx, input, wanted, ctx.clock.now())));
    }
    if (made.length < input.count) {
      throw new Error(`No free licence keys in ${ATTEMPTS} attempts; the generator must be broken.`);
    }
    return made;
  });
}

/** What of the wanted licences had a free key. In the order of the keys, so that two who want the same never wait crosswise. */
async function insertLicenses(
  tx: Transaction,
  input: Generation,
  wanted: readonly GeneratedLicense[],
  now: Date,
): Promise<GeneratedLicense[]> {
  // Ids and generated keys need no quoting in an array literal: letters, digits, hyphens, underscores.
  const list = (values: string[]) => `{${values.join(",")}}`;
  const features = JSON.stringify((input.features ?? []).map(cleanText));
  const created = now.toISOString();
  const rows = await tx.execute<GeneratedLicense>(sql`
    insert into licenses (id, environment, key, product, customer_id, activation_limit, expires_at, features, metadata,
      created_at, updated_at)
    select wanted.id, ${input.environment}, wanted.key, ${cleanText(input.product)}, ${input.customerId ?? null}::text,
      ${input.activationLimit ?? null}::integer, ${expiryOf(input, now)?.toISOString() ?? null}::timestamptz,
      array(select jsonb_array_elements_text(${features}::text::jsonb)),
      ${JSON.stringify(cleanObject(input.metadata ?? {}))}::text::jsonb, ${created}::timestamptz, ${created}::timestamptz
    from unnest(${list(wanted.map(({ id }) => id))}::text[], ${list(wanted.map(({ key }) => key))}::text[])
      as wanted (id, key)
    order by wanted.key
    on conflict do nothing
    returning id, key`);
  return [...rows];
}
