import { and, eq, gte, or, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import type { LicenseStatus, LicenseView } from "@/contracts/licenses";
import type { ConsolePage } from "@/contracts/lists";
import { listLicensesStepSchema } from "@/contracts/schemas/licenses";
import { authorize, mayShow } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { hasCome } from "@/server/database/ends";
import { holdsText, keyset } from "@/server/database/keyset";
import { customers, licenses } from "@/server/database/schema";
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
  const byCustomer = findsByCustomer(ctx);
  const rows = await withDatabase(ctx, async (db) => {
    const places = [
      { table: "licenses" as const, id: licenses.id },
      ...(byCustomer ? [{ table: "customers" as const, id: licenses.customerId }] : []),
    ];
    const candidates = await searchCandidates(ctx, db, places, input.search);
    return selectLicenses(db)
      .where(
        and(
          withinReach(ctx, licenses.environment, environment),
          inCustomerScope(ctx, licenses.customerId),
          candidates,
          ...filters(ctx, input, { now, byCustomer }),
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

/**
 * Whether a search also finds licences by the e-mail or name of their customer: for keys that may read customers. To any other
 * key a hit would tell, letter by letter, what no answer shows it. Administrators have a list of customers for that.
 */
function findsByCustomer(ctx: ServiceContext): boolean {
  return ctx.principal.kind === "key" && mayShow(ctx, "customers:read");
}

function filters(
  ctx: ServiceContext,
  { search, environment, statuses, product, customerId, updatedSince }: ListLicenses,
  { now, byCustomer }: { now: Date; byCustomer: boolean },
): (SQL | undefined)[] {
  // Where keys are masked in one of them, a hit would tell what is under the mask.
  const seesAllKeys = environmentsAsked(ctx, environment).every((one) => seesLicenseKeys(ctx, one));
  return [
    search ? matches(search, { withinKeys: seesAllKeys, byCustomer }) : undefined,
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
function matches(
  search: string,
  { withinKeys, byCustomer }: { withinKeys: boolean; byCustomer: boolean },
): SQL | undefined {
  // In the words of an index.
  const within = contains(sql`${licenses.key} || ' ' || ${licenses.product}`, search);
  const found = withinKeys
    ? within
    : sql`(${within} and (${contains(sql`${licenses.product}`, search)} or ${licenses.key} = ${search}))`;
  const customer = sql`${customers.email} || ' ' || coalesce(${customers.name}, '')`;
  return or(found, eq(licenses.id, search as Id<"lic">), byCustomer ? contains(customer, search) : undefined);
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
