import { sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { PERMISSIONS } from "@/contracts/permissions";
import { keyIdSchema } from "@/contracts/schemas/keys";
import { type PermissionUse, REPLAY_PERMISSION_DAYS } from "@/contracts/usage";
import { authorize } from "@/server/core/authorize";
import { hoursBefore } from "@/server/core/clock";
import { parse } from "@/server/core/validation";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { requireReachableKey } from "../reach";
import { passedChecks } from "./permission-use";

interface Row extends Record<string, unknown> {
  permission: string;
  calls: number;
  lastAt: number;
}

/**
 * When each permission of a key was last exercised, and how often in the last 30 days. Permissions never exercised are
 * left out. Reads a row a permission, and 30 days of hours, however old the key is.
 */
export async function getPermissionUse(
  ctx: ServiceContext,
  input: { id: Id<"key"> },
): Promise<PermissionUse[]> {
  authorize(ctx, "keys:read");
  const { id } = parse(keyIdSchema, input);
  await requireReachableKey(ctx, id);
  const since = hoursBefore(ctx.clock.now(), REPLAY_PERMISSION_DAYS * 24);
  const rows = await withDatabase(ctx, (db) =>
    db.execute<Row>(sql`
      select permission, (extract(epoch from last_at) * 1000)::float8 as "lastAt", coalesce(recent.calls, 0)::float8 as calls
      from usage_permissions left join (
        select permission, sum(calls) as calls from usage_hourly
        where key_id = ${id} and hour >= ${since}::timestamptz and permission <> '' and ${passedChecks}
        group by permission
      ) as recent using (permission)
      where key_id = ${id}`),
  );
  // In the order of the catalogue; then the operator's own, as the gate was asked for them.
  const place = ({ permission }: Row) => {
    const at = (PERMISSIONS as readonly string[]).indexOf(permission);
    return at < 0 ? PERMISSIONS.length : at;
  };
  return rows
    .sort((one, other) => place(one) - place(other) || (one.permission < other.permission ? -1 : 1))
    .map(({ permission, calls, lastAt }) => ({ permission, calls, lastAt: new Date(lastAt).toISOString() }));
}
