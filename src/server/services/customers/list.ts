import { and, asc, desc, eq, gt, gte, inArray, lt, sql } from "drizzle-orm";
import type { CustomerView } from "@/contracts/customers";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { ConsolePage } from "@/contracts/lists";
import { authorize } from "@/server/core/authorize";
import { keysetPage, keysetPosition } from "@/server/database/keyset";
import { customers } from "@/server/database/schema";
import { contains, searchCandidates } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withEmail } from "./internal/scope";
import { customerViewOf } from "./internal/view";

interface ListCustomers {
  search?: string | undefined;
  email?: string | undefined;
  /** Changed at this instant or later (RFC 3339). */
  updatedSince?: string | undefined;
  /** For administrators: one environment, or all. A key always lists its own. */
  environment?: Environment | null;
  limit: number;
  cursor?: string | null | undefined;
}

/**
 * Customers within reach, newest first. Stable while rows are added: ids sort by time, and a page starts at an id.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listCustomers(
  ctx: ServiceContext,
  input: ListCustomers,
): Promise<ConsolePage<CustomerView>> {
  authorize(ctx, "customers:read");
  const { limit, search, email, updatedSince } = input;
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : input.environment;
  const position = keysetPosition(input.cursor, "cus");
  const scope = ctx.principal.kind === "key" ? ctx.principal.customers : null;
  const start = position?.id as Id<"cus">;
  const rows = await withDatabase(ctx, async (db) => {
    const candidates = await searchCandidates(ctx, db, "customers", customers.id, search);
    return (
      db
        .select()
        .from(customers)
        .where(
          and(
            environment ? eq(customers.environment, environment) : undefined,
            // Row-level security says so already, but not in words that an index can serve.
            scope ? inArray(customers.id, [...scope]) : undefined,
            candidates,
            search ? contains(sql`email || ' ' || coalesce(name, '')`, search) : undefined,
            email ? withEmail(ctx, email) : undefined,
            updatedSince ? gte(customers.updatedAt, new Date(updatedSince)) : undefined,
            position ? (position.backward ? gt : lt)(customers.id, start) : undefined,
          ),
        )
        .orderBy(position?.backward ? asc(customers.id) : desc(customers.id))
        .limit(limit + 1)
        // Planning a list under row-level security takes longer than reading its page.
        .prepare("customers_list")
        .execute()
    );
  });
  return keysetPage(rows, { limit, position, toItem: customerViewOf });
}
