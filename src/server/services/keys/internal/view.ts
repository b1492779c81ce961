import { inArray, sql } from "drizzle-orm";
import { hasCome } from "@/contracts/ends";
import type { Id } from "@/contracts/ids";
import type { KeyOwner } from "@/contracts/key-labels";
import { type KeyView, keyStatus, RATE_LIMIT_WINDOW_NAMES } from "@/contracts/keys";
import type { RateLimits } from "@/contracts/schemas/keys";
import type { Executor } from "@/server/database/connections";
import {
  adminColumns,
  admins,
  apiKeyCustomers,
  apiKeys,
  apiKeyUses,
  customers,
} from "@/server/database/schema";

/** Every column but the two digests. A select that names its columns cannot leak one that it does not name. */
export const keyColumns = {
  id: apiKeys.id,
  name: apiKeys.name,
  description: apiKeys.description,
  environment: apiKeys.environment,
  maskedKey: apiKeys.maskedKey,
  overlapUntil: apiKeys.overlapUntil,
  previousMaskedKey: apiKeys.previousMaskedKey,
  permissions: apiKeys.permissions,
  rateLimits: apiKeys.rateLimits,
  ipAllowlist: sql<string[]>`${apiKeys.ipAllowlist}::text[]`,
  allowedOrigins: apiKeys.allowedOrigins,
  customerScoped: apiKeys.customerScoped,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  revokedBy: apiKeys.revokedBy,
  revokedReason: apiKeys.revokedReason,
  revokedByKeyId: apiKeys.revokedByKeyId,
  lastUsedAt: apiKeys.lastUsedAt,
  lastUsedIp: apiKeys.lastUsedIp,
  lastUsedAgent: apiKeys.lastUsedAgent,
  lastUsedRoute: apiKeys.lastUsedRoute,
  ownerId: apiKeys.ownerId,
  ownerEmail: apiKeys.ownerEmail,
  tags: apiKeys.tags,
  createdBy: apiKeys.createdBy,
  createdByKeyId: apiKeys.createdByKeyId,
  toldToKeyId: apiKeys.secretToldToKeyId,
  managesKeys: apiKeys.managesKeys,
  grantsKeyManagement: apiKeys.grantsKeyManagement,
  createdAt: apiKeys.createdAt,
  updatedAt: apiKeys.updatedAt,
};

export type KeyRow = {
  [Column in keyof typeof keyColumns]: (typeof keyColumns)[Column] extends {
    _: { data: infer Data; notNull: infer NotNull };
  }
    ? NotNull extends true
      ? Data
      : Data | null
    : string[];
};

type ScopedCustomer = NonNullable<KeyView["customers"]>[number];

/** Rows as views, with the customers of scoped keys, the owners and the latest uses read in a query more each for all of them. */
export async function keyViewsOf(db: Executor, rows: readonly KeyRow[], now: Date): Promise<KeyView[]> {
  const scoped = rows.filter((row) => row.customerScoped).map((row) => row.id);
  const scopes = await customersOf(db, scoped);
  const team = await ownersOf(db, rows);
  const uses = await latestUsesOf(db, rows);
  return rows.map((row) => keyViewOf({ ...row, ...uses.get(row.id) }, scopes.get(row.id) ?? [], team, now));
}

type Use = Pick<KeyRow, "lastUsedAt" | "lastUsedIp" | "lastUsedAgent" | "lastUsedRoute">;

/** The uses that are later than those in the rows, which follow by the minute. */
async function latestUsesOf(db: Executor, rows: readonly KeyRow[]): Promise<Map<Id<"key">, Use>> {
  if (rows.length === 0) return new Map();
  const noted = new Map(rows.map(({ id, lastUsedAt }) => [id, lastUsedAt?.getTime() ?? 0]));
  const uses = await db
    .select()
    .from(apiKeyUses)
    .where(inArray(apiKeyUses.keyId, [...noted.keys()]));
  return new Map(
    uses
      .filter(({ keyId, at }) => at.getTime() > (noted.get(keyId) ?? 0))
      .map(({ keyId, at, ip, agent, route }) => [
        keyId,
        { lastUsedAt: at, lastUsedIp: ip, lastUsedAgent: agent, lastUsedRoute: route },
      ]),
  );
}

type Owners = Map<Id<"adm">, Pick<KeyOwner, "email" | "name" | "hasLeft">>;

/** The owners who are still known, with the address that they have now. */
async function ownersOf(db: Executor, rows: readonly KeyRow[]): Promise<Owners> {
  const ids = [...new Set(rows.flatMap(({ ownerId }) => ownerId ?? []))];
  if (ids.length === 0) return new Map();
  const people = await db
    .select({ ...adminColumns, deactivatedAt: admins.deactivatedAt })
    .from(admins)
    .where(inArray(admins.id, ids));
  return new Map(
    people.map(({ id, email, name, deactivatedAt }) => [
      id,
      { email, name, hasLeft: deactivatedAt !== null },
    ]),
  );
}

/** Of somebody who was removed what was noted when the key became theirs. */
function ownerOf({ ownerId, ownerEmail }: KeyRow, team: Owners): KeyOwner | null {
  const person = ownerId && team.get(ownerId);
  if (person) return { id: ownerId, ...person };
  if (ownerEmail === null) return null;
  return { id: ownerId, email: ownerEmail, name: "", hasLeft: ownerId !== null };
}

async function customersOf(db: Executor, keyIds: Id<"key">[]): Promise<Map<string, ScopedCustomer[]>> {
  const scopes = new Map<string, ScopedCustomer[]>();
  if (keyIds.length === 0) return scopes;
  const rows = await db
    .select({ keyId: apiKeyCustomers.keyId, id: customers.id, email: customers.email, name: customers.name })
    .from(apiKeyCustomers)
    .innerJoin(customers, sql`${customers.id} = ${apiKeyCustomers.customerId}`)
    .where(inArray(apiKeyCustomers.keyId, keyIds))
    .orderBy(customers.email);
  for (const { keyId, ...customer } of rows) {
    const scope = scopes.get(keyId);
    if (scope) scope.push(customer);
    else scopes.set(keyId, [customer]);
  }
  return scopes;
}

function keyViewOf(row: KeyRow, customersInScope: ScopedCustomer[], team: Owners, now: Date): KeyView {
  const { customerScoped, ipAllowlist, ownerId: _id, ownerEmail: _email, ...rest } = row;
  const overlap = hasCome(row.overlapUntil, now) ? null : row.overlapUntil;
  return {
    ...rest,
    owner: ownerOf(row, team),
    status: keyStatus(row, now),
    rateLimits: inWindowOrder(row.rateLimits),
    customers: customerScoped ? customersInScope : null,
    ipAllowlist: ipAllowlist.map(withoutFullPrefix),
    overlapUntil: overlap?.toISOString() ?? null,
    previousMaskedKey: overlap && row.previousMaskedKey,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Shortest window first: jsonb keeps no order. */
export function inWindowOrder(limits: RateLimits): RateLimits {
  return Object.fromEntries(
    RATE_LIMIT_WINDOW_NAMES.flatMap((window) =>
      limits[window] === undefined ? [] : [[window, limits[window]]],
    ),
  );
}

/** A single address is shown as it was entered, not as the range of one that Postgres stores. */
export function withoutFullPrefix(range: string): string {
  return range.replace(range.includes(":") ? /\/128$/ : /\/32$/, "");
}

/** What the audit keeps of a key: the settings, never digest, secret or use. */
export function auditedKey(view: KeyView): Record<string, unknown> {
  return {
    name: view.name,
    key: view.maskedKey,
    description: view.description,
    permissions: view.permissions,
    rateLimits: view.rateLimits,
    expiresAt: view.expiresAt,
    customers: view.customers?.map((customer) => customer.id) ?? null,
    ipAllowlist: view.ipAllowlist,
    allowedOrigins: view.allowedOrigins,
    owner: view.owner?.email ?? null,
    tags: view.tags,
    managesKeys: view.managesKeys,
    grantsKeyManagement: view.grantsKeyManagement,
    status: view.status,
    // Kept here for good: a reactivation takes the reason off the key, and an overlap ends by itself.
    ...(view.revokedReason === null ? {} : { reason: view.revokedReason }),
    ...(view.overlapUntil === null ? {} : { overlapUntil: view.overlapUntil }),
  };
}
