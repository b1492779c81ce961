import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgTable, text, unique, uniqueIndex } from "drizzle-orm/pg-core";
import { cleanObject } from "@/contracts/json";
import type { CleanText } from "@/contracts/text";
import { environmentColumn, id, instant, shownJson, shownText } from "./columns";
import { customers } from "./customers";

/** The runtime's licences. Holds the facts a status derives from, never the status. */
export const licenses = pgTable(
  "licenses",
  {
    id: id("id", "lic").primaryKey(),
    environment: environmentColumn(),
    /** What end users type in. The runtime's goods, not a credential of this API: kept readable, and matched exactly. */
    key: shownText("key").notNull(),
    product: shownText("product").notNull(),
    /** Null: not assigned yet, or its customer was deleted. */
    customerId: id("customer_id", "cus"),
    /** Null: as many as they like. */
    activationLimit: integer("activation_limit"),
    /** Active rows of `activations`, kept beside the limit so that one row lock decides. */
    activationCount: integer("activation_count").notNull().default(0),
    expiresAt: instant("expires_at"),
    suspendedAt: instant("suspended_at"),
    suspendedReason: shownText("suspended_reason"),
    /** When the last suspension was ended, and why; null while one lasts, and where there was none. */
    reinstatedAt: instant("reinstated_at"),
    reinstatedReason: shownText("reinstated_reason"),
    revokedAt: instant("revoked_at"),
    revokedReason: shownText("revoked_reason"),
    features: text("features").array().$type<CleanText[]>().notNull().default(sql`'{}'`),
    metadata: shownJson("metadata").notNull().default(cleanObject({})),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    unique("licenses_id_environment_key").on(table.id, table.environment),
    uniqueIndex("licenses_key_key").on(table.environment, table.key),
    index("licenses_by_creation").on(table.environment, table.id),
    index("licenses_by_product").on(table.environment, table.product, table.id),
    index("licenses_by_change").on(table.environment, table.updatedAt),
    index("licenses_by_customer").on(table.customerId, table.id),
    index("licenses_search").using("gin", sql`fold(key || ' ' || product) gin_trgm_ops`),
    check("licenses_environment_known", sql`environment in ('production', 'staging', 'development')`),
    // The last line behind the row lock of activate: were that lock ever forgotten, this fails instead of overselling.
    check(
      "licenses_activations_within_limit",
      sql`activation_count between 0 and coalesce(activation_limit, activation_count)`,
    ),
    check("licenses_limit_positive", sql`activation_limit > 0`),
    // The migration after makes it ON DELETE SET NULL (customer_id), which drizzle cannot say: the environment must stay.
    foreignKey({
      name: "licenses_customer_fk",
      columns: [table.customerId, table.environment],
      foreignColumns: [customers.id, customers.environment],
    }),
  ],
);

/** Devices or installations on which a licence is, or was, active. Ended ones stay as history. */
export const activations = pgTable(
  "activations",
  {
    id: id("id", "act").primaryKey(),
    environment: environmentColumn(),
    licenseId: id("license_id", "lic").notNull(),
    /** What the app calls the device. */
    identifier: shownText("identifier").notNull(),
    metadata: shownJson("metadata").notNull().default(cleanObject({})),
    createdAt: instant("created_at").notNull(),
    deactivatedAt: instant("deactivated_at"),
  },
  (table) => [
    uniqueIndex("activations_active_key")
      .on(table.licenseId, table.identifier)
      .where(sql`deactivated_at is null`),
    index("activations_by_license").on(table.licenseId, table.id),
    check("activations_environment_known", sql`environment in ('production', 'staging', 'development')`),
    foreignKey({
      name: "activations_license_fk",
      columns: [table.licenseId, table.environment],
      foreignColumns: [licenses.id, licenses.environment],
    }).onDelete("cascade"),
  ],
);
