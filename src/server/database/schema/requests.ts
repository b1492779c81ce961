import { sql } from "drizzle-orm";
import {
  bigint,
  cidr,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import type { KeySecret } from "@/contracts/keys";
import type { ProblemCode } from "@/contracts/problems";
import type { Check, LimitReading } from "@/contracts/requests";
import { limitReadingsColumn } from "../limit-readings";
import { bytea, environmentColumn, id, instant } from "./columns";

/**
 * The log: one row per call under /api/v1. Partitioned by the UTC day of the call, so that old days leave as whole
 * tables; the migration says so, because drizzle's schema language cannot. No foreign keys: a row outlives what it
 * speaks of. The public API has no rights here: only Keyward itself writes, and only the console reads.
 */
export const requests = pgTable(
  "requests",
  {
    at: instant("at").notNull(),
    /**
     * The row's own id, a UUIDv7 whose last eight bytes name its batch. Not the request id, which a caller repeats by
     * sending one traceparent twice.
     */
    rowId: uuid("row_id").notNull(),
    /** Without its beginning, where that is the call's instant: {@link requestIdOf} (database/request-columns.ts). */
    requestId: text("request_id").notNull(),
    /** Of the endpoint that was called; the key's own may differ, which is then why the call was refused. */
    environment: environmentColumn(),
    method: text("method").notNull(),
    /** Method and template, such as `GET /customers/{id}`; null where no route serves the path. */
    route: text("route"),
    /** Redacted and capped. Empty where route and environment tell it: {@link pathOf}. */
    path: text("path").notNull(),
    /** Redacted and capped, without the question mark. */
    query: text("query"),
    status: smallint("status").notNull(),
    code: text("code").$type<ProblemCode>(),
    /** The check at the gateway that refused; null when the call passed them all, or there was no route. */
    refusedBy: text("refused_by").$type<Check>(),
    /** The permission that the route asks for. */
    permission: text("permission"),
    /** Why, in the words of the answer. Redacted. */
    detail: text("detail"),
    /** What `limitReadings` holds, as versions before 0052 wrote it: to be dropped once none of their days are left. */
    limits: jsonb("limits").$type<LimitReading[]>(),
    /** Highest share of a window used up by this call, percent; null when the limiter was not asked. */
    limitShare: smallint("limit_share"),
    durationMs: real("duration_ms").notNull(),
    keyId: id("key_id", "key"),
    /** Which of the key's secrets the call came with, where it was not the current one: during an overlap. */
    usedSecret: text("used_secret").$type<Exclude<KeySecret, "current">>(),
    /** Customers that the call named, or that its key is scoped to. */
    customers: text("customers").array(),
    address: text("address"),
    agent: text("agent"),
    requestBytes: integer("request_bytes").notNull(),
    responseBytes: integer("response_bytes").notNull(),
    /** What the settings ask to keep; redacted by name and by shape, 8 KB each. */
    requestHeaders: jsonb("request_headers").$type<Record<string, string>>(),
    requestBody: text("request_body"),
    responseBody: text("response_body"),
    /** Of a row that stands for as many calls of strangers, itself among them, whose other rows were not kept. */
    standsFor: smallint("stands_for"),
    /** The key's windows as this call left them. */
    limitReadings: limitReadingsColumn("limit_readings"),
  },
  (table) => [
    // Rows of one instant are few, and put in order by whoever reads them. No primary key: a batch is written once by its
    // number (`requestLogWriters`), and an index of row ids would be larger than all others together.
    index("requests_by_time").on(table.at),
    // By minute, so that a busy key stands in it once a minute (`minuteOf`). The status stands last, so that rows of another
    // status are passed over within the index.
    index("requests_by_key_and_minute")
      .on(table.keyId, sql`date_bin('1 minute', at, timestamptz '2000-01-01 00:00:00Z')`, table.status)
      .where(sql`key_id is not null`),
    // Mostly empty: a secret that is about to end has to show the one call an hour that still uses it, among millions.
    index("requests_by_previous_secret").on(table.keyId, table.at).where(sql`used_secret is not null`),
    index("requests_by_customer").using("gin", table.customers).where(sql`customers is not null`),
    // Those that callers brought along; others are found by their instant.
    index("requests_by_whole_request_id").on(table.requestId).where(sql`length(request_id) > 16`),
    index("requests_failed").on(table.at, table.rowId, table.status).where(sql`status >= 400`),
  ],
);

/**
 * How far each process has come with writing the log. It numbers its batches and writes them in their order, so that one
 * whose fate is unknown can be sent again and is not counted twice, also where none of its calls has a row.
 */
export const requestLogWriters = pgTable("request_log_writers", {
  writer: uuid("writer").primaryKey(),
  lastBatch: bigint("last_batch", { mode: "number" }).notNull(),
  /** When that was written. */
  at: instant("at").notNull(),
});

/**
 * Batches of the log whose calls are not in the figures yet. Written with the batch, and removed by the transaction that
 * counts it: so each call is counted once, whoever counts, and whatever happens to the process that wrote it.
 */
export const requestLogUncounted = pgTable("request_log_uncounted", {
  /** What the ids of its rows end with. */
  batch: bytea("batch").primaryKey(),
  /** The first and the last instant of its calls, between which its rows are looked for. */
  firstAt: instant("first_at").notNull(),
  lastAt: instant("last_at").notNull(),
  /** When it was written. */
  writtenAt: instant("written_at").notNull(),
  /** When keys had been used before, by key: those that had not been for an hour, or never. */
  lastUses: jsonb("last_uses").$type<Record<string, string | null>>().notNull(),
});

/**
 * Calls per key, hour, route and outcome, counted from the log some seconds after it was written. All charts and figures
 * come from here. Kept when the log's days are dropped, and for 400 days at least (contracts/usage.ts).
 */
export const usageHourly = pgTable(
  "usage_hourly",
  {
    /** Start of the hour, UTC. */
    hour: instant("hour").notNull(),
    /** Empty for calls without a known key: part of the primary key, which takes no null. */
    keyId: text("key_id").notNull(),
    /** Of the endpoint. */
    environment: environmentColumn(),
    /** Method and template; empty where no route serves the path. */
    route: text("route").notNull(),
    /** What the route asks for; empty where it asks for nothing. */
    permission: text("permission").notNull(),
    /** 2, 3, 4 or 5. */
    statusClass: smallint("status_class").notNull(),
    /** Code of the problem; empty for success. */
    code: text("code").notNull(),
    calls: bigint("calls", { mode: "number" }).notNull(),
    durationMs: doublePrecision("duration_ms").notNull(),
  },
  (table) => [
    primaryKey({
      name: "usage_hourly_pk",
      columns: [
        table.keyId,
        table.hour,
        table.environment,
        table.route,
        table.permission,
        table.statusClass,
        table.code,
      ],
    }),
    index("usage_hourly_by_hour").on(table.hour, table.environment),
  ],
);

/** Networks that a key has authenticated from: IPv4 by /24, IPv6 by /48. One row each, for "a new network after a quiet time". */
export const keyNetworks = pgTable(
  "key_networks",
  {
    keyId: id("key_id", "key").notNull(),
    network: cidr("network").notNull(),
    firstSeenAt: instant("first_seen_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    /** The key's last use before the network was first seen; null if there was none. */
    usedBeforeAt: instant("used_before_at"),
    calls: bigint("calls", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ name: "key_networks_pk", columns: [table.keyId, table.network] })],
);

/** Keys that were seen where they must not be: in a query string, which ends up in logs, histories and referrers. */
export const keyExposures = pgTable(
  "key_exposures",
  {
    keyId: id("key_id", "key").notNull(),
    place: text("place").$type<"query">().notNull(),
    firstSeenAt: instant("first_seen_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    lastRequestId: id("last_request_id", "req").notNull(),
    calls: bigint("calls", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ name: "key_exposures_pk", columns: [table.keyId, table.place] })],
);
