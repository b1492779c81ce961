import * as z from "zod";
import { JOB_TYPE_NAMES } from "../job-types";
import { JOB_STATUSES } from "../jobs";
import { environmentFilterSchema } from "./environments";
import { idSchema } from "./ids";
import { anyOf, apiPageShape, consolePage, stepSchema } from "./lists";
import { text } from "./text";

export const jobIdSchema = z.strictObject({ id: idSchema("job") });

/** Asks for the result of a job. One that an older version has made is CSV, whatever is asked for. */
export const jobResultSchema = z.strictObject({
  ...jobIdSchema.shape,
  format: z.enum(["csv", "ndjson"]).default("csv"),
});

/** Query of `GET /jobs`. Query values arrive as text. */
export const listJobsQuerySchema = z.strictObject({
  status: z.enum(JOB_STATUSES).optional(),
  ...apiPageShape,
});

export const jobSearchSchema = text(0, 100);

export const listJobsSchema = z.strictObject({
  /** Matches within the name of whoever started it, or the whole id of the job, its request, its key or administrator. */
  search: jobSearchSchema.default(""),
  ...environmentFilterSchema.shape,
  statuses: anyOf(JOB_STATUSES),
  types: anyOf(JOB_TYPE_NAMES),
  keyId: idSchema("key").nullable().default(null),
  ...consolePage(),
});

export type ListJobsInput = z.input<typeof listJobsSchema>;

/** Input of the verb, for pages of the console and of the public API, and for longer steps. */
export const listJobsStepSchema = listJobsSchema.extend({ limit: stepSchema });

const jobErrorSchema = z.object({ code: z.string(), detail: z.string() });

/** Why a job failed, or why it is about to be tried again. Names a code of the problem table; never holds input. */
export type JobError = z.infer<typeof jobErrorSchema>;

const jobOutcomeSchema = z.object({
  /** Rows that were done. */
  succeeded: z.int(),
  /** Rows that were not; the result says why. */
  failed: z.int(),
});

/** What became of the rows of a job that has ended. It succeeded also where rows failed, since each was seen to. */
export type JobOutcome = z.infer<typeof jobOutcomeSchema>;

/** A job as the public API shows it. Its input stays inside: it may be a megabyte, and the caller has it. */
export const jobSchema = z.object({
  id: idSchema("job"),
  type: z.enum(JOB_TYPE_NAMES),
  status: z.enum(JOB_STATUSES),
  /** `total` is null until it is known: an export finds out by reading. */
  progress: z.object({ done: z.int(), total: z.int().nullable() }),
  /** What became of its rows; null until the job has ended, and for jobs of before this was counted. */
  outcome: jobOutcomeSchema.nullable(),
  attempts: z.int(),
  error: jobErrorSchema.nullable(),
  requestId: idSchema("req").nullable(),
  /** Null: an administrator started it. */
  keyId: idSchema("key").nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  /** Until when the result can be fetched; null where there is none. */
  resultExpiresAt: z.iso.datetime().nullable(),
});

export type Job = z.infer<typeof jobSchema>;
