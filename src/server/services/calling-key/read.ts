import { and, eq, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { type KeyManagement, keyStatus } from "@/contracts/keys";
import type { Action } from "@/contracts/roles";
import type { RateLimits } from "@/contracts/schemas/keys";
import { addressFilter } from "@/server/core/addresses";
import { authorize } from "@/server/core/authorize";
import { addressNotAllowed, keyExpired, keyRevoked, keyUnknown } from "@/server/core/key-refusals";
import type { KeyPrincipal } from "@/server/core/principal";
import type { Executor } from "@/server/database/connections";
import { apiKeyCustomers, apiKeys } from "@/server/database/schema";
import type { ServiceContext } from "../context";

/** The calling key as its row has it, and with it all that bounds what it may give to others. */
export interface CallingKey {
  id: Id<"key">;
  /** Who acts, with the permissions and the customers of now. */
  principal: KeyPrincipal;
  permissions: readonly string[];
  rateLimits: RateLimits;
  /** Ids; `null`: not scoped. */
  customers: readonly Id<"cus">[] | null;
  ipAllowlist: readonly string[];
  allowedOrigins: readonly string[];
  expiresAt: Date | null;
  managesKeys: KeyManagement;
  grantsKeyManagement: boolean;
}

/**
 * The key that calls, as it is now; null: no key does.
 *
 * A call is authenticated before its body has come. Whoever has stolen a key could open a call, hold the body back until the
 * revoke has been answered, and then finish: a key or a webhook endpoint would be made by one that is revoked. So a verb that
 * decides for others asks again, in its transaction, with the row locked where it changes something (lock.ts), and takes from this
 * alone what the key may. It looks at the secret too, as a regenerate leaves the row as good as it was.
 * @throws AppError key_invalid, key_revoked, key_expired, ip_not_allowed, as a new call would be answered
 */
export async function readCallingKey(ctx: ServiceContext, db: Executor): Promise<CallingKey | null> {
  const { principal } = ctx;
  if (principal.kind !== "key") return null;
  const digests = principal.digests?.map((digest) => digest.toString("hex"));
  if (!digests) throw new Error("A route of this verb says that it works on the owner's pool.");
  const now = ctx.clock.now();
  const shown = sql`any(array(select decode(hex, 'hex') from unnest(${sql.param(digests)}::text[]) as hex))`;
  const [row] = await db
    .select({
      id: apiKeys.id,
      permissions: apiKeys.permissions,
      rateLimits: apiKeys.rateLimits,
      ipAllowlist: sql<string[]>`${apiKeys.ipAllowlist}::text[]`,
      allowedOrigins: apiKeys.allowedOrigins,
      customerScoped: apiKeys.customerScoped,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      managesKeys: apiKeys.managesKeys,
      grantsKeyManagement: apiKeys.grantsKeyManagement,
    })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.id, principal.id),
        eq(apiKeys.environment, principal.environment),
        sql`(${apiKeys.digest} = ${shown} or (${apiKeys.previousDigest} = ${shown} and ${apiKeys.overlapUntil} > ${now.toISOString()}::timestamptz))`,
      ),
    );
  if (!row) throw keyUnknown();
  const { customerScoped, revokedAt, ...key } = row;
  const status = keyStatus(row, now);
  if (status === "inactive") throw keyRevoked();
  if (status === "expired") throw keyExpired(key.expiresAt);
  if (!addressFilter(key.ipAllowlist)(ctx.ip)) throw addressNotAllowed(ctx.ip);
  const customers = customerScoped ? await customersOf(db, key.id) : null;
  return { ...key, customers, principal: { ...principal, permissions: key.permissions, customers } };
}

/**
 * The same, of one that may do it still.
 * @throws AppError permission_denied, and what {@link readCallingKey} throws
 */
export async function requireCallingKey(
  ctx: ServiceContext,
  db: Executor,
  action: Action,
): Promise<CallingKey | null> {
  const caller = await readCallingKey(ctx, db);
  if (caller) authorize(caller, action);
  return caller;
}

async function customersOf(db: Executor, id: Id<"key">): Promise<Id<"cus">[]> {
  const rows = await db
    .select({ id: apiKeyCustomers.customerId })
    .from(apiKeyCustomers)
    .where(eq(apiKeyCustomers.keyId, id));
  return rows.map(({ id }) => id);
}
