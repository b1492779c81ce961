import { eq, sql } from "drizzle-orm";
import { NO_KEY } from "@/contracts/request-queries";
import { type RequestView, requestLevel } from "@/contracts/requests";
import type { RequestFilter } from "@/contracts/schemas/request-queries";
import type { Executor } from "@/server/database/connections";
import { instantIn } from "@/server/database/keyset";
import { minuteOf, pathOf, requestIdOf } from "@/server/database/request-columns";
import { apiKeys, requests } from "@/server/database/schema";

/** What a list shows of a row: none of the wide columns. */
const listColumns = {
  at: requests.at,
  rowId: requests.rowId,
  requestId: requests.requestId,
  environment: requests.environment,
  method: requests.method,
  route: requests.route,
  path: requests.path,
  query: requests.query,
  status: requests.status,
  code: requests.code,
  limitShare: requests.limitShare,
  durationMs: requests.durationMs,
  keyId: requests.keyId,
  keyName: apiKeys.name,
  address: requests.address,
  standsFor: requests.standsFor,
};

/** The order of the log. Rows of one instant are ordered by their own ids. */
const NEWEST_FIRST = {
  id: requests.rowId,
  ids: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  placeOf: (id: string) => sql`${id}::uuid`,
  sort: { by: requests.at, parse: instantIn, parts: true },
} as const;

/** The same for what a filter finds: calls of a key are in their index by the minute. */
export function newestFirst({ keyId }: Pick<RequestFilter, "keyId">) {
  if (keyId === null || keyId === NO_KEY) return NEWEST_FIRST;
  return { ...NEWEST_FIRST, sort: { ...NEWEST_FIRST.sort, steps: minuteOf } };
}

type ListRow = Awaited<ReturnType<ReturnType<typeof selectRequests>["execute"]>>[number];

/** Rows as lists show them, with the present name of their key. */
export function selectRequests(db: Executor) {
  return db.select(listColumns).from(requests).leftJoin(apiKeys, eq(apiKeys.id, requests.keyId));
}

/** A row as a list shows it. */
export function requestViewOf({ at, limitShare, keyId, keyName, ...row }: ListRow): RequestView {
  return {
    ...row,
    at: at.toISOString(),
    requestId: requestIdOf({ at, requestId: row.requestId }),
    path: pathOf(row),
    level: requestLevel({ status: row.status, limitShare }),
    key: keyId && { id: keyId, name: keyName ?? keyId },
  };
}
