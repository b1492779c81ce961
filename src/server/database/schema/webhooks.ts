import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type {
  DeliveredType,
  WebhookDeliveryState,
  WebhookDisabledReason,
  WebhookEventType,
} from "@/contracts/webhooks";
import { bytea, environmentColumn, id, instant, shownText } from "./columns";

/**
 * Places of messages, taken while whoever changes the record still holds its lock: of two changes to one record the first
 * has the lower, whatever the clocks of two machines say.
 */
export const webhookPositions = pgSequence("webhook_positions");

/** Where events are posted. */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    id: id("id", "whe").primaryKey(),
    environment: environmentColumn(),
    url: shownText("url").notNull(),
    description: shownText("description").notNull(),
    events: text("events").array().$type<WebhookEventType[]>().notNull(),
    /** What signs, sealed with the pepper (core/seal.ts): a receiver needs the same, so a digest would not do. */
    sealedSecret: bytea("sealed_secret").notNull(),
    /** The one before a rotation; it signs too until then. */
    previousSealedSecret: bytea("previous_sealed_secret"),
    previousSecretUntil: instant("previous_secret_until"),
    disabledAt: instant("disabled_at"),
    disabledReason: text("disabled_reason").$type<WebhookDisabledReason>(),
    /** The key that has disabled it; null: an administrator or the system has. */
    disabledByKeyId: id("disabled_by_key_id", "key"),
    /** When it was enabled again the last time, where it was: what came about before is not sent. */
    enabledAt: instant("enabled_at"),
    /**
     * Events with a place before it that wait are of before it was enabled again, and fail: a place and no time, as the clocks of two
     * machines differ. Null once none is left.
     */
    failsBefore: bigint("fails_before", { mode: "number" }),
    /** Of the first failed attempt since the last that succeeded. */
    failingSince: instant("failing_since"),
    /** When it last had its turn: endpoints take turns, so that a slow one holds up no other. */
    turnAt: instant("turn_at"),
    createdBy: shownText("created_by").notNull(),
    /**
     * The key by which it goes where it goes: that set it up, or gave it its URL last; and the one that was told its present secret, by
     * which its receiver can be told anything. Null: an administrator did so, or was. Two, as whoever has stolen a key may do either to an
     * endpoint that somebody else set up, and is found by it still when another key does the other thing. No foreign keys: it is what was.
     */
    setUpByKeyId: id("set_up_by_key_id", "key"),
    secretToldToKeyId: id("secret_told_to_key_id", "key"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("webhook_endpoints_by_environment").on(table.environment, table.id),
    check(
      "webhook_endpoints_environment_known",
      sql`environment in ('production', 'staging', 'development')`,
    ),
    check(
      "webhook_endpoints_reason_known",
      sql`disabled_reason in ('manual', 'gone', 'failing', 'restored')`,
    ),
    check("webhook_endpoints_reason_given", sql`(disabled_at is null) = (disabled_reason is null)`),
  ],
);

/**
 * What has happened, as it is posted: written in the transaction of the change by the function publish_webhooks
 * (drizzle/isolation.sql), and only where an endpoint wants it. Its id is the `webhook-id` of Standard Webhooks.
 */
export const webhookMessages = pgTable(
  "webhook_messages",
  {
    id: id("id", "msg").primaryKey(),
    environment: environmentColumn(),
    type: text("type").$type<DeliveredType>().notNull(),
    /** The id of what it is about; what is told of one goes out in order. */
    subjectId: text("subject_id").notNull(),
    position: bigint("position", { mode: "number" }).notNull().default(sql`nextval('webhook_positions')`),
    /** JSON, without a secret; licence keys are masked in it. */
    body: shownText("body").notNull(),
    /** Of what is found by looking, again and again: the same occasion makes no second one. */
    onceKey: text("once_key"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("webhook_messages_once_key").on(table.onceKey),
    index("webhook_messages_by_creation").on(table.createdAt),
    check("webhook_messages_environment_known", sql`environment in ('production', 'staging', 'development')`),
  ],
);

/** A message on its way to one endpoint. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    messageId: id("message_id", "msg")
      .notNull()
      .references(() => webhookMessages.id, { onDelete: "cascade" }),
    /**
     * Without a foreign key, which would have each change that is told wait for an endpoint that is just being deleted, also
     * behind the lock of the audit's chain. A row of an endpoint that is gone is sent nowhere, and removed by maintenance.
     */
    endpointId: id("endpoint_id", "whe").notNull(),
    /** Both as of the message, for the order. */
    subjectId: text("subject_id").notNull(),
    position: bigint("position", { mode: "number" }).notNull(),
    state: text("state").$type<WebhookDeliveryState>().notNull(),
    /** All there were. */
    attempts: integer("attempts").notNull().default(0),
    /** Those since it was last put in line, by which it backs off. */
    tries: integer("tries").notNull().default(0),
    /** Somebody has sent it by hand: it stands in no order any more, and holds up nothing. */
    isByHand: boolean("is_by_hand").notNull().default(false),
    /** An earlier one of the same record waits: workers pass it by until that is over (services/webhooks/internal/line.ts). */
    isHeldBack: boolean("is_held_back").notNull().default(false),
    /** Null unless it waits. */
    nextAttemptAt: instant("next_attempt_at"),
    /** Of the one worker that is sending it, noted and committed before it begins. */
    leaseToken: text("lease_token"),
    leaseUntil: instant("lease_until"),
    status: integer("status"),
    error: shownText("error"),
    createdAt: instant("created_at").notNull(),
    finishedAt: instant("finished_at"),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.endpointId] }),
    index("webhook_deliveries_of_endpoint").on(table.endpointId, table.messageId),
    index("webhook_deliveries_next")
      .on(table.endpointId, table.nextAttemptAt, table.position)
      .where(sql`next_attempt_at is not null and not is_held_back`),
    index("webhook_deliveries_in_order")
      .on(table.endpointId, table.subjectId, table.position)
      .where(sql`next_attempt_at is not null`),
    index("webhook_deliveries_held").on(table.endpointId).where(sql`lease_until is not null`),
    index("webhook_deliveries_held_back")
      .on(table.endpointId, table.subjectId, table.isByHand, table.position)
      .where(sql`is_held_back and next_attempt_at is not null`),
    check("webhook_deliveries_state_known", sql`state in ('waiting', 'delivered', 'failed')`),
    check("webhook_deliveries_waiting", sql`(state = 'waiting') = (next_attempt_at is not null)`),
  ],
);

/** What each attempt at a delivery met. */
export const webhookAttempts = pgTable(
  "webhook_attempts",
  {
    messageId: id("message_id", "msg")
      .notNull()
      .references(() => webhookMessages.id, { onDelete: "cascade" }),
    endpointId: id("endpoint_id", "whe").notNull(),
    number: integer("number").notNull(),
    at: instant("at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    /** Null: no answer came. */
    status: integer("status"),
    error: shownText("error"),
    /** The beginning of the answer's body, without keys. */
    answer: shownText("answer"),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.endpointId, table.number] }),
    index("webhook_attempts_of_endpoint").on(table.endpointId),
  ],
);
