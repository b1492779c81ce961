import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { KeyManagement, KeySecret } from "@/contracts/keys";
import { originFilter } from "@/contracts/origins";
import { includedPermissions, isPermission } from "@/contracts/permissions";
import type { RateLimits } from "@/contracts/schemas/keys";
import { addressFilter } from "@/server/core/addresses";
import { databaseMs } from "@/server/database/database-clock";
import { withStatement } from "@/server/database/session";
import { keyPolicies, type RatePolicy } from "@/server/rate-limit";
import type { ServiceContext } from "@/server/services/context";

/** What the gateway needs to know of a key, ready to decide by, as it was after the call that asks had arrived. */
export interface VerifiedKey {
  /** Which of its secrets the credential was. */
  secret: KeySecret;
  /** End of the overlap in which the credential works; null for the current secret. */
  until: Date | null;
  id: Id<"key">;
  name: string;
  environment: Environment;
  permissions: string[];
  /** All that it may do: those of the catalogue, then those that were defined here, with what each includes. */
  granted: readonly string[];
  rateLimits: RateLimits;
  /** Those limits as the limiter counts them. */
  policies: readonly RatePolicy[];
  /** Ranges in CIDR form; empty: any address. */
  ipAllowlist: string[];
  /** Whether calls from an address may use it; `null`: the address is unknown. */
  admits: (address: string | null) => boolean;
  /** Web origins; empty: pages of any. */
  allowedOrigins: string[];
  /** Whether pages of an origin may use it; `null`: the call names none. */
  admitsOrigin: (origin: string | null) => boolean;
  /** `null`: not scoped. */
  customers: Id<"cus">[] | null;
  revokedAt: Date | null;
  expiresAt: Date | null;
  createdAt: Date;
  /** What it may do with other keys, if it has `keys:manage`. Nothing is decided by this: verbs read it anew (services/calling-key). */
  managesKeys: KeyManagement;
  grantsKeyManagement: boolean;
  /** As of when the key was read, a minute ago at most (key-cache.ts), unless a look-up asks for that of now. */
  lastUsedAt: Date | null;
  /**
   * Postgres' time of the read that showed it, or showed that it is still the same. By this expiry is decided: the clock of the
   * node that asks may be wrong.
   */
  readAt: Date;
}

/** The columns of {@link KEY_COLUMNS}, and which of its secrets a key was found by. Instants are epoch milliseconds. */
export interface KeyRow {
  secret: KeySecret;
  id: Id<"key">;
  name: string;
  environment: Environment;
  permissions: string[];
  /** Those of them that were defined here, and what these include. */
  own_permissions: string[];
  rate_limits: RateLimits;
  ip_allowlist: string[];
  allowed_origins: string[];
  manages_keys: KeyManagement;
  grants_key_management: boolean;
  customers: Id<"cus">[] | null;
  revoked_ms: number | null;
  expires_ms: number | null;
  created_ms: number;
  used_ms: number | null;
  until_ms: number | null;
}

/**
 * When a key was last used, of the narrow table. Of one that was used before there was that table, or by an older version, its
 * own row knows better. With a limit, so that it stays row by row by the index: of so small a table Postgres would rather read
 * all, with every version that is not cleared away yet.
 * @param id SQL
 */
export const lastUseMs = (id: string) =>
  `select (extract(epoch from at) * 1000)::float8 from api_key_uses where key_id = ${id} limit 1`;

/** What a key is made of, of the row `key`. */
export const KEY_COLUMNS = `key.id, key.name, key.environment, key.permissions, key.rate_limits,
  array(
    select own.name from permissions as own
    where own.name = any(key.permissions)
      or exists (select from permissions as held where held.name = any(key.permissions) and own.name = any(held.implies))
    order by own.name
  ) as own_permissions,
  key.ip_allowlist::text[] as ip_allowlist, key.allowed_origins, key.manages_keys, key.grants_key_management,
  (extract(epoch from key.revoked_at) * 1000)::float8 as revoked_ms,
  (extract(epoch from key.expires_at) * 1000)::float8 as expires_ms,
  (extract(epoch from key.created_at) * 1000)::float8 as created_ms,
  greatest(extract(epoch from key.last_used_at) * 1000, (${lastUseMs("key.id")}))::float8 as used_ms,
  case when key.customer_scoped then
    array(select customer_id from api_key_customers where key_id = key.id) end as customers`;

/**
 * The key of an id as the gateway would read it now, for explaining what it would do.
 * @returns null for one that is not there, or deleted: its secret opens nothing any more
 */
export async function findKeyById(
  { databases }: Pick<ServiceContext, "databases">,
  id: Id<"key">,
): Promise<VerifiedKey | null> {
  const askedAt = performance.now();
  const [row] = await withStatement(
    databases.owner,
    (sql) => sql<(KeyRow & { database_ms: number })[]>`
      select ${databaseMs(sql)} as database_ms, 'current' as secret, null::float8 as until_ms, ${sql.unsafe(KEY_COLUMNS)}
      from api_keys as key where key.id = ${id} and key.digest is not null`,
  );
  return row ? verifiedKeyOf(row, databases.clock.readAt(row.database_ms, askedAt)) : null;
}

/** The key of a row, with what each call would otherwise have to make of it anew. */
export function verifiedKeyOf(row: KeyRow, readAt: Date): VerifiedKey {
  const { secret, id, name, environment, permissions, customers } = row;
  return {
    secret,
    until: instantOf(row.until_ms),
    id,
    name,
    environment,
    permissions,
    granted: grantedBy(row),
    rateLimits: row.rate_limits,
    policies: keyPolicies(row.rate_limits),
    ipAllowlist: row.ip_allowlist,
    admits: addressFilter(row.ip_allowlist),
    allowedOrigins: row.allowed_origins,
    admitsOrigin: originFilter(row.allowed_origins),
    customers,
    revokedAt: instantOf(row.revoked_ms),
    expiresAt: instantOf(row.expires_ms),
    createdAt: new Date(row.created_ms),
    managesKeys: row.manages_keys,
    grantsKeyManagement: row.grants_key_management,
    lastUsedAt: instantOf(row.used_ms),
    readAt,
  };
}

/** What was defined here opens nothing of Keyward's own, whatever somebody has written into its table by hand. */
function grantedBy({ permissions, own_permissions: own }: KeyRow): string[] {
  return [...includedPermissions(permissions), ...own.filter((name) => !isPermission(name))];
}

function instantOf(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
