import * as z from "zod";
import { AUDIT_ACTION_NAMES, AUDIT_EXPORT_FORMATS, type AuditHead } from "../audit";
import { environmentFilterSchema } from "./environments";
import { idSchema } from "./ids";
import { anyOf, consolePage, stepSchema } from "./lists";
import { text } from "./text";

/** A whole day in UTC, `2026-11-23`. The years are those that a timestamptz and a Date both hold, with a day to spare. */
const daySchema = z.iso
  .date({ abort: true, error: "Must be a day such as 2026-11-23" })
  .refine((day) => day >= "1970" && day < "9999", "Must be between 1970 and 9998");

const auditFiltersShape = {
  /** Matches within the subject's name, or the whole id of the subject, the request or the row. */
  search: text(0, 100).default(""),
  subjectId: text(1, 100).nullable().default(null),
  actor: text(1, 254).nullable().default(null),
  /** Empty: any. */
  actions: anyOf(AUDIT_ACTION_NAMES),
  ...environmentFilterSchema.shape,
  /** The first and the last day. */
  from: daySchema.nullable().default(null),
  to: daySchema.nullable().default(null),
};

export const listAuditSchema = z.strictObject({
  ...auditFiltersShape,
  ...consolePage(),
});

/** Input of the verb, for pages of the console and for longer steps. */
export const listAuditStepSchema = listAuditSchema.extend({ limit: stepSchema });

export const exportAuditSchema = z.strictObject({
  ...auditFiltersShape,
  format: z.enum(AUDIT_EXPORT_FORMATS),
});

export type ExportAuditInput = z.input<typeof exportAuditSchema>;

export const auditIdSchema = z.strictObject({ id: idSchema("aud") });

/** The same as input. What else stands beside the two is left aside. */
const auditPlaceSchema = z.object({
  position: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/, "Must be 64 lower-case hex digits"),
});

export const verifyAuditSchema = z.strictObject({
  /** Where an earlier check ended; null: start at the first row. */
  after: auditPlaceSchema.nullable().default(null),
  /** A head that was kept: the chain must still hold it. Only so is a cut end, or a rewritten whole, noticed. */
  kept: auditPlaceSchema.nullable().default(null),
  /** Stops after so many rows, rounded up to a thousand. Absent: at the end. */
  limit: z.int().min(1).optional(),
});

export type VerifyAuditInput = z.input<typeof verifyAuditSchema>;

const MAX_HEAD_DAYS = 3_660;
const HEAD_DAYS = `Must be a whole number from 1 to ${MAX_HEAD_DAYS}`;

/** The heads of so many days, today included. */
export const listAuditHeadsSchema = z.strictObject({
  days: z.int(HEAD_DAYS).min(1, HEAD_DAYS).max(MAX_HEAD_DAYS, HEAD_DAYS),
});

/** A head as it is printed: `1204:9f86d0…`. */
export const auditHeadSchema = z
  .string()
  .trim()
  .regex(/^[1-9]\d{0,14}:[0-9a-f]{64}$/, "Must be a head as audit head prints it, such as 1204:9f86d0…")
  .transform((head): AuditHead => {
    const [position = "", hash = ""] = head.split(":");
    return { position: Number(position), hash };
  });

/** `restart`: from the first row; else from where the last check ended. */
export const checkAuditSchema = z.strictObject({ restart: z.boolean().default(false) });
