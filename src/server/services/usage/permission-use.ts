import { and, count, gte, inArray, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { PERMISSIONS } from "@/contracts/permissions";
import { REFUSED_BY_PERMISSION } from "@/contracts/usage";
import type { Executor } from "@/server/database/connections";
import { jobRecords } from "@/server/database/schema";
import { type PermissionUse, permissionUsesOf, type RouteCalls, type StartedJobs } from "./least-privilege";

/** Outcomes of calls that the permission did not let pass, or that never came so far. */
const NOT_PASSED = sql.raw(REFUSED_BY_PERMISSION.map((code) => `'${code}'`).join(", "));

/** Whether a row of usage_hourly is of calls that passed the checks. */
export const passedChecks = sql`code not in (${NOT_PASSED})`;

/**
 * What keys exercised since an instant. Keys without a call are not in it.
 * @param since start of an hour
 */
export async function loadPermissionUses(
  db: Executor,
  keyIds: readonly Id<"key">[],
  since: string,
): Promise<Map<Id<"key">, PermissionUse[]>> {
  if (keyIds.length === 0) return new Map();
  const calls = await db.execute<RouteCalls & { keyId: Id<"key"> } & Record<string, unknown>>(sql`
    select key_id as "keyId", route, nullif(permission, '') as permission, sum(calls)::float8 as calls
    from usage_hourly
    where key_id in ${keyIds} and hour >= ${since}::timestamptz and ${passedChecks}
    group by 1, 2, 3`);
  const started = await db
    .select({
      keyId: jobRecords.keyId,
      type: jobRecords.type,
      shown: jobRecords.resultPermissions,
      jobs: count(),
    })
    .from(jobRecords)
    .where(and(inArray(jobRecords.keyId, [...keyIds]), gte(jobRecords.createdAt, new Date(since))))
    .groupBy(jobRecords.keyId, jobRecords.type, jobRecords.resultPermissions);
  const keys = new Map<Id<"key">, { calls: RouteCalls[]; started: StartedJobs[] }>();
  const ofKey = (id: Id<"key">) => {
    const known = keys.get(id) ?? { calls: [], started: [] };
    keys.set(id, known);
    return known;
  };
  for (const { keyId, ...row } of calls) ofKey(keyId).calls.push(ofTheCatalog(row));
  for (const { keyId, ...row } of started) if (keyId) ofKey(keyId).started.push(row);
  return new Map([...keys].map(([id, { calls, started }]) => [id, permissionUsesOf(calls, started)]));
}

/** A permission that the catalogue has since dropped opens nothing any more, so no set need hold it. */
function ofTheCatalog(row: RouteCalls): RouteCalls {
  return { ...row, permission: PERMISSIONS.find((permission) => permission === row.permission) ?? null };
}
