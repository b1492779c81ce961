import * as z from "zod";
import { jsonProblem } from "../json";
import {
  dayAfter,
  EVENT_DATA_BOUNDS,
  MAX_CHART_DAYS,
  MAX_EVENTS,
  TELEMETRY_FLAG_NAMES,
  TELEMETRY_NAMES,
} from "../telemetry";
import { keyProblem } from "../text";
import { boundedArray } from "./arrays";
import { environmentFilterSchema } from "./environments";
import { idSchema } from "./ids";
import { productSchema } from "./licenses";
import { apiPageShape, consolePage, stepSchema } from "./lists";
import { text, timestampSchema } from "./text";

/**
 * Text of an event. An app in the field cannot mend what it sends, so that what validation refuses is replaced when the
 * event is stored, and flagged. An API key alone is refused: whoever builds it into an app has to learn of it at once.
 */
function eventText(max: number) {
  return z
    .string()
    .trim()
    .min(1, "Must not be empty")
    .max(max, { abort: true, error: `Must be at most ${max} characters` })
    .superRefine((value, ctx) => {
      const message = keyProblem(value);
      if (message) ctx.addIssue({ code: "custom", message });
    });
}

const dataSchema = z.record(z.string(), z.unknown()).superRefine((data, ctx) => {
  const problem = jsonProblem(data, EVENT_DATA_BOUNDS, keyProblem);
  if (problem) ctx.addIssue({ code: "custom", path: [...problem.path], message: problem.message });
});

export const telemetryTypeSchema = text(1, 100);

/** One event of a batch. */
export const sentEventSchema = z.strictObject({
  /** What happened, in the sender's own words, such as `app.start`. */
  type: eventText(100),
  /** When it happened, at most one day ahead and ten years back. Absent: on arrival. */
  at: timestampSchema.optional(),
  product: eventText(100).optional(),
  version: eventText(100).optional(),
  /** Looked up on arrival and then kept masked. */
  licenseKey: eventText(255).optional(),
  identifier: eventText(255).optional(),
  /** Any JSON object, up to 8 KiB and 8 levels. */
  data: dataSchema.optional(),
});

/**
 * Body of `POST /telemetry`. One wrong event refuses the batch, so that a retry stores nothing twice. The brand says that
 * this schema has read it: the verb takes nothing else, and need not read a thousand events a second time.
 */
export const sendTelemetrySchema = z
  .strictObject({
    events: boundedArray(sentEventSchema, {
      min: 1,
      max: MAX_EVENTS,
      words: { short: "Send at least one event", long: `Send at most ${MAX_EVENTS} events at once` },
    }),
  })
  .brand<"SentTelemetry">();

export type SentTelemetry = z.output<typeof sendTelemetrySchema>;

export type SentEvent = z.output<typeof sentEventSchema>;

/** Answer of `POST /telemetry`: how many were stored, and how many of those are odd. */
export const telemetryReceiptSchema = z.object({ accepted: z.int(), flagged: z.int() });

export type TelemetryReceipt = z.infer<typeof telemetryReceiptSchema>;

/** Query of `GET /telemetry`. Query values arrive as text. */
export const listTelemetryQuerySchema = z
  .strictObject({
    type: telemetryTypeSchema.optional(),
    product: productSchema.optional(),
    flagged: z
      .enum(["true", "false"])
      .transform((value) => value === "true")
      .optional(),
    licenseId: idSchema("lic").optional(),
    /** Whose the licence was when the event arrived. */
    customerId: idSchema("cus").optional(),
    /** Received at this instant or later. */
    from: timestampSchema.optional(),
    /** Received before this instant. */
    to: timestampSchema.optional(),
    ...apiPageShape,
  })
  .refine(({ from, to }) => !from || !to || Date.parse(from) <= Date.parse(to), {
    path: ["to"],
    message: "Must not be before from",
  });

export const listTelemetrySchema = z.strictObject({
  ...environmentFilterSchema.shape,
  type: telemetryTypeSchema.nullable().default(null),
  product: productSchema.nullable().default(null),
  flagged: z.boolean().nullable().default(null),
  licenseId: idSchema("lic").nullable().default(null),
  customerId: idSchema("cus").nullable().default(null),
  from: timestampSchema.nullable().default(null),
  to: timestampSchema.nullable().default(null),
  ...consolePage(),
});

export type ListTelemetryInput = z.input<typeof listTelemetrySchema>;

/** Input of the verb, for pages of the console and of the public API, and for longer steps. */
export const listTelemetryStepSchema = listTelemetrySchema.extend({ limit: stepSchema });

/** A UTC day, `YYYY-MM-DD`. */
export const daySchema = z.iso.date("Must be a day such as 2026-11-23");

/** Days of the chart, both included. Absent: up to today, and 30 of them. */
export const telemetryByDaySchema = z
  .strictObject({
    ...environmentFilterSchema.shape,
    from: daySchema.nullable().default(null),
    to: daySchema.nullable().default(null),
  })
  .refine(({ from, to }) => !from || !to || (from <= to && to < dayAfter(from, MAX_CHART_DAYS)), {
    path: ["to"],
    message: `Must be at most ${MAX_CHART_DAYS} days, the first one first`,
  });

export const telemetryNamesSchema = z.strictObject({
  of: z.enum(TELEMETRY_NAMES),
  ...environmentFilterSchema.shape,
  /** Received at this instant or later. */
  from: timestampSchema.nullable().default(null),
});

export const telemetryOfCustomerSchema = z.strictObject({ customerId: idSchema("cus") });

/** An event as the public API shows it. */
export const telemetryEventSchema = z.object({
  id: idSchema("evt"),
  type: z.string(),
  at: z.iso.datetime(),
  /** When it arrived; lists are ordered and limited by this. */
  receivedAt: z.iso.datetime(),
  product: z.string().nullable(),
  version: z.string().nullable(),
  /** Null without a licence key, and for an unknown one. */
  licenseId: idSchema("lic").nullable(),
  /** Masked, such as `ABCD…YZ23`. */
  licenseKey: z.string().nullable(),
  identifier: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  flags: z.array(z.enum(TELEMETRY_FLAG_NAMES)),
});

export type TelemetryEvent = z.infer<typeof telemetryEventSchema>;
