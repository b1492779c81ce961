import { sql } from "drizzle-orm";
import { check, jsonb, pgTable } from "drizzle-orm/pg-core";
import type { KeyPolicyRules } from "@/contracts/schemas/key-policies";
import { environmentColumn, instant } from "./columns";

/** What the keys of an environment must be like, one row each; without a row no rule is in force. */
export const keyPolicies = pgTable(
  "key_policies",
  {
    environment: environmentColumn().primaryKey(),
    rules: jsonb("rules").$type<Partial<KeyPolicyRules>>().notNull(),
    /** When the rule about silence was set or tightened: nothing is revoked by it for some days after. */
    silenceSetAt: instant("silence_set_at"),
  },
  () => [
    check("key_policies_environment_known", sql`environment in ('production', 'staging', 'development')`),
  ],
);
