import { and, desc, eq, inArray } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import type { RequestDetail } from "@/contracts/request-queries";
import { requestNameSchema } from "@/contracts/schemas/request-queries";
import type { CleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Executor } from "@/server/database/connections";
import { hasRequestId, requestIdOf } from "@/server/database/request-columns";
import { apiKeys, customers, jobRecords, requests } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { requestViewOf } from "./internal/view";

/**
 * One call whole: by the name of its row, or by its request id. A caller that sends one traceparent twice makes two
 * calls of one id; then it is the latest.
 * @throws AppError not_found, also once its day was dropped
 */
export async function getRequest(
  ctx: ServiceContext,
  input: z.input<typeof requestNameSchema>,
): Promise<RequestDetail> {
  authorize(ctx, "requests:read");
  const name = parse(requestNameSchema, input);
  return withDatabase(ctx, async (db) => {
    const [row] = await db
      .select({ request: requests, keyName: apiKeys.name })
      .from(requests)
      .leftJoin(apiKeys, eq(apiKeys.id, requests.keyId))
      .where(
        and(
          "row" in name ? isRow(name.row) : hasRequestId(name.requestId),
          withinReach(ctx, requests.environment),
        ),
      )
      .orderBy(desc(requests.at), desc(requests.rowId))
      .limit(1);
    if (!row) throw notFound();
    const { request, keyName } = row;
    return {
      ...detailOf({ ...request, keyName }),
      customers: await withEmails(db, request.customers ?? []),
      job: await startedJob(db, request.keyId, requestIdOf(request)),
    };
  });
}

function isRow(name: string) {
  const [at = "", rowId = ""] = name.split(".");
  return and(eq(requests.at, new Date(Number(at))), eq(requests.rowId, rowId));
}

type WholeRow = typeof requests.$inferSelect & { keyName: CleanText | null };

/** A row whole, but for what other tables know of it. Customers by their ids alone. */
export function detailOf({
  customers,
  limits,
  limitReadings,
  limitShare,
  keyId,
  keyName,
  ...row
}: WholeRow): RequestDetail {
  return {
    ...row,
    limits: limitReadings ?? limits,
    ...requestViewOf({ ...row, limitShare, keyId, keyName }),
    customers: (customers ?? []).map((id) => ({ id: id as `cus_${string}`, email: null })),
    job: null,
  };
}

async function withEmails(db: Executor, ids: readonly string[]): Promise<RequestDetail["customers"]> {
  if (ids.length === 0) return [];
  const wanted = ids as `cus_${string}`[];
  const found = await db
    .select({ id: customers.id, email: customers.email })
    .from(customers)
    .where(inArray(customers.id, wanted));
  const emails = new Map(found.map(({ id, email }) => [id, email]));
  return wanted.map((id) => ({ id, email: emails.get(id) ?? null }));
}

/** Found among its key's jobs, which an index holds. */
async function startedJob(
  db: Executor,
  keyId: Id<"key"> | null,
  requestId: Id<"req">,
): Promise<RequestDetail["job"]> {
  if (keyId === null) return null;
  const [job] = await db
    .select({ id: jobRecords.id, type: jobRecords.type })
    .from(jobRecords)
    .where(and(eq(jobRecords.keyId, keyId), eq(jobRecords.requestId, requestId)))
    .limit(1);
  return job ?? null;
}
