import { sql } from "drizzle-orm";
import { createCustomerSchema } from "@/contracts/customers";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { isAppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/db/connections";
import { withTransaction } from "@/server/db/scope";
import type { ServiceContext } from "../context";
import { requireUnscoped } from "./scope";

/** What became of one row. */
export interface ImportedRow {
  /** As far as it could be read. */
  email: string;
  /** Null: it was not imported. */
  id: Id<"cus"> | null;
  /** Why not. */
  problem: string | null;
}

type Wanted = ReturnType<typeof createCustomerSchema.parse> & { id: Id<"cus"> };

/**
 * Refuses an import that could never succeed.
 * @throws AppError permission_denied; customer_out_of_scope for a scoped key, as creating one customer does
 */
export function prepareCustomerImport(ctx: ServiceContext): void {
  authorize(ctx, "customers:write");
  requireUnscoped(ctx, "A key that is restricted to certain customers cannot create customers.");
}

/**
 * Makes a customer of each row that can be one, in one statement; the others are told and do no harm. Of two rows with
 * one e-mail the first counts.
 * @throws AppError as prepareCustomerImport does
 */
export async function importCustomers(
  ctx: ServiceContext,
  input: { environment: Environment; rows: readonly unknown[] },
): Promise<ImportedRow[]> {
  prepareCustomerImport(ctx);
  const rows = input.rows.map(read);
  const wanted = rows.flatMap((row) => ("wanted" in row ? [row.wanted] : []));
  const made = await withTransaction(ctx, ({ tx }) =>
    insertCustomers(tx, input.environment, wanted, ctx.clock.now()),
  );
  return rows.map((row) => {
    if (!("wanted" in row)) return { ...row, id: null };
    const { id, email } = row.wanted;
    if (made.has(id)) return { email, id, problem: null };
    return { email, id: null, problem: "There is a customer with this e-mail address already." };
  });
}

function read(row: unknown): { wanted: Wanted } | { email: string; problem: string } {
  try {
    return { wanted: { ...parse(createCustomerSchema, row), id: newId("cus") } };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const email =
      typeof row === "object" && row !== null && "email" in row ? String(row.email).slice(0, 254) : "";
    const errors = error.extensions.errors as { path: string; message: string }[];
    return {
      email,
      problem: errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; "),
    };
  }
}

/** In the order of the unique index: two imports at once then wait for each other in turn, and never crosswise. */
async function insertCustomers(
  tx: Transaction,
  environment: Environment,
  wanted: readonly Wanted[],
  now: Date,
): Promise<Set<Id<"cus">>> {
  const rows = wanted.map(({ id, email, name, metadata }) => ({
    id,
    email,
    name: name ?? null,
    metadata: metadata ?? {},
  }));
  const created = now.toISOString();
  const made = await tx.execute<{ id: Id<"cus"> }>(sql`
    insert into customers (id, environment, email, name, metadata, created_at, updated_at)
    select id, ${environment}, email, name, metadata, ${created}::timestamptz, ${created}::timestamptz
    from rows from (
      jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as (id text, email text, name text, metadata jsonb)
    ) with ordinality as wanted (id, email, name, metadata, place)
    order by lower(email), place
    on conflict do nothing
    returning id`);
  return new Set(made.map(({ id }) => id));
}
