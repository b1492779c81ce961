import { and, asc, desc, eq, gt, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { LicenseStatus, LicenseView } from "@/contracts/licenses";
import type { ConsolePage } from "@/contracts/lists";
import { authorize } from "@/server/core/authorize";
import { hasCome } from "@/server/database/ends";
import { holdsText, keysetPage, keysetPosition } from "@/server/database/keyset";
import { licenses } from "@/server/database/schema";
import { contains, searchCandidates } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { selectLicenses } from "./internal/load";
import { licenseViewOf, seesLicenseKeys } from "./internal/view";

interface ListLicenses {
  search?: string | undefined;
  /** For administrators: one environment, or all. A key always lists its own. */
  environment?: Environment | null;
  /** Empty: any. */
  statuses: readonly LicenseStatus[];
  product?: string | null | undefined;
  customerId?: Id<"cus"> | null | undefined;
  /** Changed at this instant or later (RFC 3339). */
  updatedSince?: string | undefined;
  limit: number;
  cursor?: string | null | undefined;
}

/**
 * Licences within reach, newest first. Stable while rows are added: ids sort by time, and a page starts at an id.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listLicenses(
  ctx: ServiceContext,
  input: ListLicenses,
): Promise<ConsolePage<LicenseView>> {
  authorize(ctx, "licenses:read");
  const { limit } = input;
  const now = ctx.clock.now();
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : input.environment;
  const scope = ctx.principal.kind === "key" ? ctx.principal.customers : null;
  const position = keysetPosition(input.cursor, "lic");
  const start = position?.id as Id<"lic">;
  const rows = await withDatabase(ctx, async (db) => {
    const candidates = await searchCandidates(ctx, db, "licenses", licenses.id, input.search);
    return selectLicenses(db)
      .where(
        and(
          environment ? eq(licenses.environment, environment) : undefined,
          // Row-level security says so already, but not in words that an index can serve.
          scope ? inArray(licenses.customerId, [...scope]) : undefined,
          candidates,
          ...filters(ctx, input, now),
          position ? (position.backward ? gt : lt)(licenses.id, start) : undefined,
        ),
      )
      .orderBy(position?.backward ? asc(licenses.id) : desc(licenses.id))
      .limit(limit + 1)
      .prepare("licenses_list")
      .execute();
  });
  const identified = rows.map((row) => ({ ...row, id: row.license.id }));
  return keysetPage(identified, { limit, position, toItem: (row) => licenseViewOf(ctx, row, now) });
}

function filters(
  ctx: ServiceContext,
  { search, statuses, product, customerId, updatedSince }: ListLicenses,
  now: Date,
): (SQL | undefined)[] {
  return [
    search ? matches(search, seesLicenseKeys(ctx)) : undefined,
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
