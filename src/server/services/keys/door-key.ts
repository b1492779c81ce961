import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { RateLimits } from "@/contracts/keys";
import { keyDigest } from "@/server/core/secrets";
import { translateOutage } from "@/server/db/errors";
import type { ServiceContext } from "../context";

/** What the door needs to know of a key. */
export interface DoorKey {
  id: Id<"key">;
  name: string;
  environment: Environment;
  permissions: string[];
  rateLimits: RateLimits;
  /** Ranges in CIDR form; empty: any address. */
  ipAllowlist: string[];
  /** `null`: not scoped. */
  customers: Id<"cus">[] | null;
  revokedAt: Date | null;
  expiresAt: Date | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

interface DoorKeyRow {
  id: Id<"key">;
  name: string;
  environment: Environment;
  permissions: string[];
  rate_limits: RateLimits;
  ip_allowlist: string[];
  customers: Id<"cus">[] | null;
  revoked_ms: number | null;
  expires_ms: number | null;
  created_ms: number;
  used_ms: number | null;
}

/**
 * Looks a well-formed key up, on every call: nothing is cached, so a revoke, on whichever node, holds for the next call
 * everywhere. One prepared statement over two unique indexes; the owner's pool, because keyward_api cannot see keys.
 * @returns null when neither a present secret nor one within its overlap matches
 * @throws AppError unavailable when Postgres is away
 */
export async function findDoorKey(
  ctx: Pick<ServiceContext, "databases" | "clock" | "keyMaterial">,
  key: string,
): Promise<DoorKey | null> {
  const digest = keyDigest(key, ctx.keyMaterial.pepper);
  const nowMs = ctx.clock.now().getTime();
  // Straight on the driver: its named prepared statements halve the cost of this, the hottest query there is.
  const sql = ctx.databases.owner.$client;
  const [row] = await translateOutage(
    () => sql<DoorKeyRow[]>`
      select id, name, environment, permissions, rate_limits, ip_allowlist::text[] as ip_allowlist,
        (extract(epoch from revoked_at) * 1000)::float8 as revoked_ms,
        (extract(epoch from expires_at) * 1000)::float8 as expires_ms,
        (extract(epoch from created_at) * 1000)::float8 as created_ms,
        (extract(epoch from last_used_at) * 1000)::float8 as used_ms,
        case when customer_scoped then
          array(select customer_id from api_key_customers where key_id = api_keys.id) end as customers
      from api_keys
      where digest = ${digest}
        or (previous_digest = ${digest} and previous_until > to_timestamp(${nowMs}::float8 / 1000))`,
  );
  if (!row) return null;
  return doorKeyOf(row);
}

function doorKeyOf(row: DoorKeyRow): DoorKey {
  const { rate_limits, ip_allowlist, revoked_ms, expires_ms, created_ms, used_ms, ...rest } = row;
  return {
    ...rest,
    rateLimits: rate_limits,
    ipAllowlist: ip_allowlist,
    revokedAt: instantOf(revoked_ms),
    expiresAt: instantOf(expires_ms),
    createdAt: new Date(created_ms),
    lastUsedAt: instantOf(used_ms),
  };
}

function instantOf(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
