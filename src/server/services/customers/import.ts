import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { RefusedRow } from "@/contracts/job-types";
import { cleanedJson, cleanObject, type JsonBounds, jsonProblem } from "@/contracts/json";
import type { FieldError } from "@/contracts/problems";
import { createCustomerSchema } from "@/contracts/schemas/customers";
import { importCustomersSchema, type JOB_INPUTS, type JobInput } from "@/contracts/schemas/job-types";
import { cleaned, cleanText } from "@/contracts/text";
import { authorize, requireUnscoped } from "@/server/core/authorize";
import { isAppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { redactKeys } from "@/server/core/key-format";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

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

/** A row with all that a customer can have: the metadata's levels and size, and some more for the rest. */
const ROW_BOUNDS: JsonBounds = { bytes: 16_384, levels: 9 };

/**
 * Refuses an import that could never succeed, and takes out of it the rows that must not be stored even until it runs:
 * with an API key in them, with what Postgres cannot hold, without bounds.
 * @returns the input to keep
 * @throws AppError permission_denied; customer_out_of_scope for a scoped key, as creating one customer does
 */
export function prepareCustomerImport(
  ctx: ServiceContext,
  input: z.output<(typeof JOB_INPUTS)["customers.import"]>,
): JobInput<"customers.import"> {
  requireImporter(ctx);
  const refused: Record<number, RefusedRow> = {};
  const rows = input.rows.map((row, place) => {
    const problem = jsonProblem(row, ROW_BOUNDS);
    if (!problem) return cleanedJson(row);
    refused[place] = { email: emailIn(row), problem: told([{ ...problem, path: problem.path.join(".") }]) };
    return null;
  });
  return { ...input, rows, ...(Object.keys(refused).length > 0 ? { refused } : {}) };
}

function requireImporter(ctx: ServiceContext): void {
  authorize(ctx, "customers:write");
  requireUnscoped(ctx, "A key that is restricted to certain customers cannot create customers.");
}

/** What a row says its e-mail is, as far as that can be shown. */
function emailIn(row: unknown): string {
  if (typeof row !== "object" || row === null || !("email" in row)) return "";
  return typeof row.email === "string" ? cleaned(redactKeys(row.email.slice(0, 254))) : "";
}

function told(problems: readonly { path: string; message: string }[]): string {
  const lines = problems.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return cleaned(redactKeys(lines.join("; ")));
}

/**
 * Makes a customer of each row that can be one, in one statement; the others are told and do no harm. Of two rows with
 * one e-mail the first counts.
 * @param refusedAt names rows that were taken out before, by their place in `rows`
 * @throws AppError as prepareCustomerImport does
 */
export async function importCustomers(
  ctx: ServiceContext,
  input: z.input<typeof importCustomersSchema>,
  refusedAt: (place: number) => RefusedRow | undefined = () => undefined,
): Promise<ImportedRow[]> {
  requireImporter(ctx);
  const { environment, rows: sent } = parse(importCustomersSchema, input);
  const rows = sent.map((row, place) => refusedAt(place) ?? read(row));
  const wanted = rows.flatMap((row) => ("wanted" in row ? [row.wanted] : []));
  const made = await withTransaction(ctx, ({ tx }) =>
    insertCustomers(tx, environment, wanted, ctx.clock.now()),
  );
  return rows.map((row) => {
    if (!("wanted" in row)) return { ...row, id: null };
    const { id, email } = row.wanted;
    if (made.has(id)) return { email, id, problem: null };
    return { email, id: null, problem: "There is a customer with this e-mail address already." };
  });
}

function read(row: unknown): { wanted: Wanted } | RefusedRow {
  try {
    return { wanted: { ...parse(createCustomerSchema, row), id: newId("cus") } };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { email: emailIn(row), problem: told(error.extensions.errors as FieldError[]) };
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
    email: cleanText(email),
    name: cleanText(name ?? null),
    metadata: cleanObject(metadata ?? {}),
  }));
  const created = now.toISOString();
  const made = await tx.execute<{ id: Id<"cus"> }>(sql`
    insert into customers (id, environment, email, name, metadata, created_at, updated_at)
    select id, ${environment}, email, name, metadata, ${created}::timestamptz, ${created}::timestamptz
    from rows from (
      jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as (id text, email text, name text, metadata jsonb)
    ) with ordinality as wanted (id, email, name, metadata, place)
    order by lower(email collate "C"), place
    on conflict do nothing
    returning id`);
  return new Set(made.map(({ id }) => id));
}
