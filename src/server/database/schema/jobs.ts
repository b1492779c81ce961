import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  unique,
} from "drizzle-orm/pg-core";
import type { Id } from "@/contracts/ids";
import type { JobType } from "@/contracts/job-types";
import type { JobStatus } from "@/contracts/jobs";
import type { Permission } from "@/contracts/permissions";
import type { JobError } from "@/contracts/schemas/jobs";
import { bytea, environmentColumn, id, instant, shownJson, shownText } from "./columns";
import { apiKeys } from "./keys";

/** Numbers of turns. Not the clock: two turns within a millisecond have an order too. */
export const jobTurns = pgSequence("job_turns");

/**
 * Work that is done in the background. The row is the truth about a job: what is queued, who runs it and how far it is.
 * NOTIFY only wakes workers, so a wake-up that is lost or comes twice does no harm.
 */
export const jobRecords = pgTable(
  "job_records",
  {
    id: id("id", "job").primaryKey(),
    environment: environmentColumn(),
    type: text("type").$type<JobType>().notNull(),
    status: text("status").$type<JobStatus>().notNull(),
    /** As parsed. Holds no licence key; emptied together with the result. */
    input: shownJson("input").notNull(),
    /** Rows whose chunk is committed: the point at which another worker goes on. */
    done: integer("done").notNull().default(0),
    /** Of these, rows that could not be done; null where it was not counted yet when they were done. */
    failed: integer("failed"),
    total: integer("total"),
    /** Where a job that reads a list is in it (a cursor). */
    position: text("position"),
    /** How many times a worker took it up. */
    attempts: integer("attempts").notNull().default(0),
    error: jsonb("error").$type<JobError>(),
    stack: text("stack"),
    actorKind: text("actor_kind").$type<"key" | "admin">().notNull(),
    actorId: text("actor_id").$type<Id<"key"> | Id<"adm">>().notNull(),
    actorName: shownText("actor_name").notNull(),
    /** The key that started it; null: an administrator did. */
    keyId: id("key_id", "key"),
    /** The key's customer scope at the start; null: unrestricted. The job never reaches further. */
    customers: text("customers").array().$type<Id<"cus">[]>(),
    requestId: id("request_id", "req"),
    /** Not before this instant: back-off after a fault. */
    runAfter: instant("run_after").notNull(),
    /** The number of its last turn, in the order in which turns were given to all jobs; null: it had none. */
    turn: bigint("turn", { mode: "number" }),
    /** Marks the one worker that may write; another worker's token replaces it with the next turn. */
    leaseToken: text("lease_token"),
    /** Null while it waits for its next turn. */
    leaseUntil: instant("lease_until"),
    createdAt: instant("created_at").notNull(),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
    /**
     * What reading the result takes beyond the permission of its type: of some columns the type does not say whether they
     * are filled, since it depends on what the key may see call by call.
     */
    resultPermissions: text("result_permissions").array().$type<Permission[]>().notNull().default(sql`'{}'`),
    /** Set once it succeeded; the parts go at this instant. */
    resultExpiresAt: instant("result_expires_at"),
  },
  (table) => [
    unique("job_records_id_environment_key").on(table.id, table.environment),
    index("job_records_by_creation").on(table.environment, table.id),
    index("job_records_by_status").on(table.status, table.id),
    index("job_records_by_key").on(table.keyId, table.id),
    // Whose turn was longest ago: an environment's, and a starter's.
    index("job_records_turns_of_environments").on(table.environment, table.turn),
    index("job_records_turns_of_starters").on(table.actorId, table.turn),
    // How many jobs of a key wait or run, asked before each start.
    index("job_records_active").on(table.keyId).where(sql`finished_at is null`),
    // Each part of the console's search: by who started it, by the request, by the name.
    index("job_records_by_actor").on(table.actorId, table.id),
    index("job_records_by_request").on(table.requestId),
    index("job_records_by_actor_name").using("gin", sql`fold(${table.actorName}) gin_trgm_ops`),
    index("job_records_waiting").on(table.runAfter).where(sql`status = 'queued'`),
    index("job_records_leases").on(table.leaseUntil).where(sql`status = 'running'`),
    index("job_records_results").on(table.finishedAt).where(sql`finished_at is not null and input <> '{}'`),
    check("job_records_environment_known", sql`environment in ('production', 'staging', 'development')`),
    check(
      "job_records_status_known",
      sql`status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')`,
    ),
    check("job_records_finished", sql`(finished_at is null) = (status in ('queued', 'running'))`),
    check("job_records_leased", sql`(lease_token is null) = (status <> 'running')`),
    check("job_records_actor", sql`(actor_kind = 'key') = (key_id is not null)`),
    check("job_records_outcome", sql`failed between 0 and done`),
    check("job_records_progress", sql`done between 0 and coalesce(total, done)`),
    foreignKey({
      name: "job_records_key_fk",
      columns: [table.keyId, table.environment],
      foreignColumns: [apiKeys.id, apiKeys.environment],
    }),
  ],
);

/**
 * The result of a job, one part per chunk, so that a part commits with the rows it tells of. Each is a gzip member, and
 * members in a row are one gzip stream (RFC 1952, section 2.2).
 */
export const jobResultParts = pgTable(
  "job_result_parts",
  {
    jobId: id("job_id", "job").notNull(),
    /** Rows that were done before this part. */
    part: integer("part").notNull(),
    environment: environmentColumn(),
    /** As CSV, the first with its header, of a version that kept that as well; null: it is made of the NDJSON. */
    bytes: bytea("bytes"),
    /** As NDJSON; null: of a version that kept CSV alone. */
    ndjson: bytea("ndjson"),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.part] }),
    foreignKey({
      name: "job_result_parts_job_fk",
      columns: [table.jobId, table.environment],
      foreignColumns: [jobRecords.id, jobRecords.environment],
    }).onDelete("cascade"),
  ],
);
