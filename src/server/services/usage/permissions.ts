import { sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { PERMISSIONS } from "@/contracts/permissions";
import { type PermissionUse, REPLAY_PERMISSION_DAYS } from "@/contracts/usage";
import { authorize } from "@/server/core/authorize";
import { hoursBefore } from "@/server/core/clock";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";
import { passedTheDoor } from "./exercises";

const HOUR_MS = 3_600_000;

interface Row extends Record<string, unknown> {
  permission: string;
  calls: number;
  lastHour: number;
  /** Start of the last hour in which the key's very last call could have been this permission's. */
  routeHour: number | null;
  lastUsedAt: number | null;
}

/**
 * When each permission was last exercised: to the second where it was by the key's very last call, which the key
 * remembers, and to the hour otherwise, as figures are kept by the hour. Permissions never exercised are left out.
 */
export async function getPermissionUse(
  ctx: ServiceContext,
  input: { id: Id<"key"> },
): Promise<PermissionUse[]> {
  authorize(ctx, "keys:read");
  const since = hoursBefore(ctx.clock.now(), REPLAY_PERMISSION_DAYS * 24);
  const epoch = (instant: string) => sql.raw(`(extract(epoch from ${instant}) * 1000)::float8`);
  const rows = await withDatabase(ctx, (db) =>
    db.execute<Row>(sql`
      select permission, coalesce(sum(calls) filter (where hour >= ${since}::timestamptz), 0)::float8 as calls,
        ${epoch("max(hour)")} as "lastHour", ${epoch("max(hour) filter (where route = last_used_route)")} as "routeHour",
        ${epoch("max(last_used_at)")} as "lastUsedAt"
      from usage_hourly join api_keys on id = key_id
      where key_id = ${input.id} and permission <> '' and ${passedTheDoor}
      group by permission`),
  );
  return PERMISSIONS.flatMap((permission) => {
    const row = rows.find((one) => one.permission === permission);
    return row ? [{ permission, calls: row.calls, ...lastExercised(row) }] : [];
  });
}

function lastExercised({
  lastHour,
  routeHour,
  lastUsedAt,
}: Row): Pick<PermissionUse, "lastAt" | "precision"> {
  const wasLastCall =
    lastUsedAt !== null &&
    routeHour === lastHour &&
    lastUsedAt >= lastHour &&
    lastUsedAt < lastHour + HOUR_MS;
  const at = wasLastCall ? lastUsedAt : lastHour;
  return { lastAt: new Date(at).toISOString(), precision: wasLastCall ? "second" : "hour" };
}
