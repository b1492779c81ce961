import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  cidr,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { KeyManagement } from "@/contracts/keys";
import type { Permission } from "@/contracts/permissions";
import type { RateLimits } from "@/contracts/schemas/keys";
import { cleanText } from "@/contracts/text";
import { bytea, environmentColumn, id, instant, shownText } from "./columns";
import { customers } from "./customers";

/** What a search for keys looks through, in the words of its index. */
export const KEY_WORDS =
  "name || ' ' || masked_key || ' ' || coalesce(previous_masked_key, '') || ' ' || description || ' ' || created_by || ' ' || coalesce(owner_email, '') || ' ' || joined(tags)";

/** API keys. Holds digests, never secrets; holds the facts a status derives from, never the status. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: id("id", "key").primaryKey(),
    name: shownText("name").notNull(),
    description: shownText("description").notNull().default(cleanText("")),
    environment: environmentColumn(),
    /** 32 bytes; null once the key is deleted. */
    digest: bytea("digest"),
    /** Of the pepper that the digest was made with (core/secrets.ts); null: by a version that did not note it. */
    pepperCheck: text("pepper_check"),
    maskedKey: text("masked_key").notNull(),
    /** The secret before the last regenerate; works until `overlapUntil`. */
    previousDigest: bytea("previous_digest"),
    previousPepperCheck: text("previous_pepper_check"),
    overlapUntil: instant("overlap_until"),
    /** Masked form of that secret; kept like its digest, for as long as no other takes its place. */
    previousMaskedKey: text("previous_masked_key"),
    permissions: text("permissions").array().notNull(),
    /** Those that a second person has approved, and that it has had ever since (contracts/key-policies.ts). */
    approvedPermissions: text("approved_permissions").array().$type<Permission[]>().notNull().default([]),
    rateLimits: jsonb("rate_limits").$type<RateLimits>().notNull(),
    ipAllowlist: cidr("ip_allowlist").array().notNull().default(sql`'{}'`),
    /** In the one form of contracts/origins.ts. */
    allowedOrigins: text("allowed_origins").array().notNull().default(sql`'{}'`),
    /** Stays true when the last customer of the scope is deleted, so that the key never falls back to unrestricted. */
    customerScoped: boolean("customer_scoped").notNull().default(false),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
    revokedBy: shownText("revoked_by"),
    revokedReason: shownText("revoked_reason"),
    /**
     * To the minute, with the next three: an update of this row costs as much as all its indexes. So finely it can be sorted,
     * filtered and judged by; api_key_uses has the use itself.
     */
    lastUsedAt: instant("last_used_at"),
    lastUsedIp: text("last_used_ip"),
    lastUsedAgent: shownText("last_used_agent"),
    lastUsedRoute: text("last_used_route"),
    /** When it was last used again after having been dormant (gateway/authenticate/last-used.ts), and since when it was. */
    resumedAt: instant("resumed_at"),
    dormantSince: instant("dormant_since"),
    /** When it last came back from being revoked or expired: its silence counts from then (contracts/key-policies.ts). */
    revivedAt: instant("revived_at"),
    /**
     * Who answers for it. Of a person of the team both, and no foreign key: of somebody who is removed the id stays, which says
     * that they have left, and the address as it was. Of a contact outside the address alone.
     */
    ownerId: id("owner_id", "adm"),
    ownerEmail: shownText("owner_email"),
    /** In the one form of contracts/key-labels.ts, COLLATE "C". */
    tags: shownText("tags").array().notNull().default(sql`'{}'`),
    createdBy: shownText("created_by").notNull(),
    /** The key that made it, and the one that revoked it; null: no key did. No foreign keys: it is what was, whatever becomes of them. */
    createdByKeyId: id("created_by_key_id", "key"),
    revokedByKeyId: id("revoked_by_key_id", "key"),
    /**
     * The key that was told its present secret, and the previous one: by making it or by regenerating it; null: no key was. Whoever has
     * stolen a key could take over one that an administrator made, which is so found with those that it made.
     */
    secretToldToKeyId: id("secret_told_to_key_id", "key"),
    previousSecretToldToKeyId: id("previous_secret_told_to_key_id", "key"),
    /** Of one with `keys:manage`: which keys it manages, and whether those may hold `keys:manage` too. Set by administrators alone. */
    managesKeys: text("manages_keys").$type<KeyManagement>().notNull().default("own"),
    grantsKeyManagement: boolean("grants_key_management").notNull().default(false),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    unique("api_keys_id_environment_key").on(table.id, table.environment),
    uniqueIndex("api_keys_digest_key").on(table.digest),
    uniqueIndex("api_keys_previous_digest_key")
      .on(table.previousDigest)
      .where(sql`previous_digest is not null`),
    index("api_keys_by_creation").on(table.id).where(sql`deleted_at is null`),
    index("api_keys_by_environment").on(table.environment, table.id).where(sql`deleted_at is null`),
    index("api_keys_by_name").on(sql`fold(name)`, table.id).where(sql`deleted_at is null`),
    index("api_keys_by_last_use")
      .on(sql`coalesce(last_used_at, '-infinity')`, table.id)
      .where(sql`deleted_at is null`),
    // The migration says what else it holds, because drizzle cannot: what is asked of very many keys that have expired, so that
    // it is found in the index alone. The name as lists are ordered by it, as to fold a hundred thousand takes 50 ms.
    index("api_keys_by_end_and_name")
      .on(sql`coalesce(expires_at, 'infinity')`, table.id, sql`fold(name)`)
      .where(sql`deleted_at is null`),
    index("api_keys_revoked").on(table.id).where(sql`deleted_at is null and revoked_at is not null`),
    index("api_keys_by_owner").on(table.ownerId, table.id).where(sql`deleted_at is null`),
    index("api_keys_by_owner_email").on(sql`fold(owner_email)`, table.id).where(sql`deleted_at is null`),
    // What there is to choose from: steps from value to value, of which Postgres keeps each once for all of its keys.
    index("api_keys_by_who_answers")
      .on(table.environment, sql`coalesce(owner_id, '')`, table.ownerEmail)
      .where(sql`deleted_at is null and owner_email is not null`),
    index("api_keys_by_tags")
      .on(table.environment, table.tags)
      .where(sql`deleted_at is null and tags <> '{}'`),
    // Of deleted ones too: what they have made is found by way of them.
    index("api_keys_by_creator").on(table.createdByKeyId, table.id).where(sql`created_by_key_id is not null`),
    // How many of them work, counted whenever it makes one more.
    index("api_keys_by_creator_unrevoked")
      .on(table.createdByKeyId)
      .where(sql`created_by_key_id is not null and deleted_at is null and revoked_at is null`),
    index("api_keys_by_told")
      .on(table.secretToldToKeyId, table.id)
      .where(sql`secret_told_to_key_id is not null`),
    index("api_keys_by_previously_told")
      .on(table.previousSecretToldToKeyId, table.id)
      .where(sql`previous_secret_told_to_key_id is not null`),
    index("api_keys_by_tag").using("gin", table.tags).where(sql`deleted_at is null`),
    index("api_keys_by_permission").using("gin", table.permissions).where(sql`deleted_at is null`),
    index("api_keys_by_words")
      .using("gin", sql`fold(${sql.raw(KEY_WORDS)}) gin_trgm_ops`)
      .where(sql`deleted_at is null`),
    check("api_keys_manages_known", sql`manages_keys in ('own', 'all')`),
    check("api_keys_environment_known", sql`environment in ('production', 'staging', 'development')`),
    check("api_keys_digest_length", sql`octet_length(digest) = 32 and octet_length(previous_digest) = 32`),
    check("api_keys_digest_destroyed", sql`(deleted_at is null) = (digest is not null)`),
    check("api_keys_overlap_complete", sql`(previous_digest is null) = (overlap_until is null)`),
  ],
);

/** The latest use of a key, written twice a second while it is used. Narrow, and without an index beside its key. */
export const apiKeyUses = pgTable("api_key_uses", {
  keyId: id("key_id", "key")
    .primaryKey()
    .references(() => apiKeys.id, { onDelete: "cascade" }),
  at: instant("at").notNull(),
  ip: text("ip"),
  agent: shownText("agent"),
  route: text("route").notNull(),
});

/**
 * Secrets that a regenerate has put another in place of, so that one that is found somewhere can still be told apart from
 * one that was never ours. Digests alone, and none opens anything by standing here; they go when the key is deleted.
 */
export const apiKeyReplacedSecrets = pgTable(
  "api_key_replaced_secrets",
  {
    digest: bytea("digest").primaryKey(),
    keyId: id("key_id", "key")
      .notNull()
      .references(() => apiKeys.id),
    pepperCheck: text("pepper_check"),
    replacedAt: instant("replaced_at").notNull(),
  },
  (table) => [
    index("api_key_replaced_secrets_by_key").on(table.keyId, table.replacedAt),
    check("api_key_replaced_secrets_digest_length", sql`octet_length(digest) = 32`),
  ],
);

/** The customers a scoped key may touch. Both foreign keys carry the environment: a scope cannot cross environments. */
export const apiKeyCustomers = pgTable(
  "api_key_customers",
  {
    keyId: id("key_id", "key").notNull(),
    customerId: id("customer_id", "cus").notNull(),
    environment: environmentColumn(),
  },
  (table) => [
    primaryKey({ columns: [table.keyId, table.customerId] }),
    index("api_key_customers_of_customer").on(table.customerId, table.keyId),
    foreignKey({
      name: "api_key_customers_key_fk",
      columns: [table.keyId, table.environment],
      foreignColumns: [apiKeys.id, apiKeys.environment],
    }).onDelete("cascade"),
    foreignKey({
      name: "api_key_customers_customer_fk",
      columns: [table.customerId, table.environment],
      foreignColumns: [customers.id, customers.environment],
    }).onDelete("cascade"),
  ],
);
