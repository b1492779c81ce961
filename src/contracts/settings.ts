import { z } from "zod";

const daysSchema = z.int("Must be a whole number of days").min(1, "Must be at least 1 day").max(3_650);

/**
 * For how long what grows by itself is kept, in whole UTC days besides today. A kind that the stored row does not name
 * has the default.
 */
export const retentionSchema = z.object({
  /** Events that apps send. The figures per day stay. */
  telemetryDays: daysSchema.default(90),
  /** The log of API calls. */
  logDays: daysSchema.default(30),
});

export type Retention = z.output<typeof retentionSchema>;

/**
 * What the log of API calls keeps beyond the facts of a call. Redacted and capped, and off where nothing is set: it is
 * customers' data.
 */
export const requestLogSchema = z.object({
  headers: z.boolean().default(false),
  bodies: z.boolean().default(false),
});

export type RequestLogSettings = z.output<typeof requestLogSchema>;
