import { and, eq, gte, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { LicenseStatus, LicenseView } from "@/contracts/licenses";
import type { ConsolePage } from "@/contracts/lists";
import { listLicensesStepSchema } from "@/contracts/schemas/licenses";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { hasCome } from "@/server/database/ends";
import { holdsText, keyset } from "@/server/database/keyset";
import { licenses } from "@/server/database/schema";
import { contains, searchCandidates } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { environmentsAsked, inCustomerScope, withinReach } from "../reach";
import { selectLicenses } from "./internal/load";
import { licenseViewOf, seesLicenseKeys } from "./internal/view";

type ListLicenses = z.output<typeof listLicensesStepSchema>;

/**
 * Licences within reach, newest first, as ids sort by time.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listLicenses(
  ctx: ServiceContext,
  given: z.input<typeof listLicensesStepSchema>,
): Promise<ConsolePage<LicenseView>> {
  authorize(ctx, "licenses:read");
  const input = parse(listLicensesStepSchema, inEnvironment(ctx, given));
  const { environment } = input;
  const now = ctx.clock.now();
  const list = keyset(input, { id: licenses.id, ids: "lic" });
  const rows = await withDatabase(ctx, async (db) => {
    const candidates = await searchCandidates(ctx, db, "licenses", licenses.id, input.search);
    return selectLicenses(db)
      .where(
        and(
          withinReach(ctx, licenses.environment, environment),
          inCustomerScope(ctx, licenses.customerId),
          candidates,
          ...filters(ctx, input, now),
          list.beyond,
        ),
      )
      .orderBy(...list.orderBy)
      .limit(list.rows)
      .prepare("licenses_list")
      .execute();
  });
  const identified = rows.map((row) => ({ id: row.license.id, ...row }));
  return list.page(identified, (row) => licenseViewOf(ctx, row, now));
}

function filters(
  ctx: ServiceContext,
  { search, environment, statuses, product, customerId, updatedSince }: ListLicenses,
  now: Date,
): (SQL | undefined)[] {
  // Where keys are masked in one of them, a hit would tell what is under the mask.
  const seesAllKeys = environmentsAsked(ctx, environment).every((one) => seesLicenseKeys(ctx, one));
  return [
    search ? matches(search, seesAllKeys) : undefined,
    statuses.length > 0 ? anyStatus(statuses, now) : undefined,
    product ? holdsText(licenses.product, product) : undefined,
    customerId ? eq(licenses.customerId, customerId) : undefined,
    updatedSince ? gte(licenses.updatedAt, new Date(updatedSince)) : undefined,
  ];
}

/**
 * Within the key and the product, or the whole id. Whoever sees keys masked finds a key as a whole alone: searching
 * within it would give it away letter by letter.
 */
function matches(search: string, withinKeys: boolean): SQL {
  // In the words of an index.
  const within = contains(sql`${licenses.key} || ' ' || ${licenses.product}`, search);
  const found = withinKeys
    ? within
    : sql`(${within} and (${contains(sql`${licenses.product}`, search)} or ${licenses.key} = ${search}))`;
  return sql`(${found} or ${licenses.id} = ${search})`;
}

/** The same conditions, in the same order, as contracts/licenses.ts licenseStatus, in SQL. */
function anyStatus(statuses: readonly LicenseStatus[], now: Date): SQL {
  const unhindered = sql`revoked_at is null and suspended_at is null`;
  const past = hasCome(licenses.expiresAt, now);
  const conditions: Record<LicenseStatus, SQL> = {
    revoked: sql`revoked_at is not null`,
    suspended: sql`(revoked_at is null and suspended_at is not null)`,
    expired: sql`(${unhindered} and ${past})`,
    available: sql`(${unhindered} and not ${past} and customer_id is null)`,
    active: sql`(${unhindered} and not ${past} and customer_id is not null)`,
  };
  return sql`(${sql.join(
    statuses.map((status) => conditions[status]),
    sql` or `,
  )})`;
}
