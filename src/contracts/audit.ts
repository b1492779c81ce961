import { z } from "zod";
import { type Environment, environmentFilterSchema } from "./environments";
import { type Id, idSchema } from "./ids";
import { anyOf, consolePage, stepSchema } from "./lists";
import { text } from "./text";

/** Every administrative change there is, as `noun.verb`. */
export const AUDIT_ACTIONS = {
  "key.create": "created the key",
  "key.update": "edited the key",
  "key.revoke": "revoked the key",
  "key.reactivate": "reactivated the key",
  "key.regenerate": "regenerated the key",
  "key.end_overlap": "ended the overlap of the key",
  "key.delete": "deleted the key",
  "approval.ask": "asked for approval of",
  "approval.approve": "approved what was asked for",
  "approval.refuse": "refused what was asked for",
  "approval.withdraw": "withdrew what was asked for",
  "finding.mute": "muted the finding on",
  "finding.unmute": "unmuted the finding on",
  "customer.create": "created the customer",
  "customer.update": "edited the customer",
  "customer.export": "exported everything held about the customer",
  "customer.delete": "deleted the customer",
  "license.create": "created the licence",
  "license.update": "edited the licence",
  "license.suspend": "suspended the licence",
  "license.reinstate": "reinstated the licence",
  "license.revoke": "revoked the licence",
  "license.deactivate": "ended an activation",
  "license.delete": "deleted the licence",
  "job.start": "started the job",
  "job.cancel": "cancelled the job",
  "job.retry": "retried the job",
  "job.delete": "deleted the job",
  "job.download": "downloaded the licence keys of the job",
  "log.export": "exported the log",
  "audit.export": "exported the audit",
  "settings.update": "changed the settings",
  "policy.update": "changed the key policy of",
  "admin.create": "added the administrator",
  "admin.change_role": "changed the role of the administrator",
  "admin.deactivate": "deactivated the administrator",
  "admin.reactivate": "reactivated the administrator",
  "admin.remove": "removed the administrator",
  "admin.reset_password": "reset the password of the administrator",
  "admin.rename": "changed the name of",
  "admin.change_time_zone": "changed the time zone of",
  "admin.change_notices": "changed which notices are sent to",
  "admin.change_password": "changed the password of",
  "admin.refuse_sign_in": "refused to sign in",
  "admin.request_password_reset": "mailed a link for a new password to",
  "admin.reset_own_password": "set a new password by link for",
  "admin.request_email_change": "asked for another e-mail address for",
  "admin.change_email": "changed the e-mail address of",
  "admin.issue_sign_in_link": "made a sign-in link for",
  "admin.link_identity": "linked an account of a provider with",
  "admin.unlink_identity": "unlinked an account of a provider from",
  "second_factor.enable": "switched the second factor on for",
  "second_factor.remove": "switched the second factor off for",
  "second_factor.renew_codes": "made new recovery codes for",
  "second_factor.reset": "took the second factor away from",
  "passkey.register": "registered the passkey",
  "passkey.rename": "renamed the passkey",
  "passkey.remove": "removed the passkey",
  "session.start": "signed in with",
  "session.confirm": "confirmed who they are on",
  "session.end": "signed out of",
  "session.end_others": "signed out everywhere but on",
  "invitation.create": "invited",
  "invitation.renew": "made a new link for the invitation of",
  "invitation.revoke": "revoked the invitation of",
  "backup.create": "backed up",
  "backup.restore": "restored from a backup",
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

export const AUDIT_ACTION_NAMES = Object.keys(AUDIT_ACTIONS) as [AuditAction, ...AuditAction[]];

/** What is kept of one change. */
export interface AuditEventView {
  id: Id<"aud">;
  /** Its place in the chain: 1, 2, 3, … without a gap. */
  position: number;
  at: string;
  /** E-mail of the administrator, name of the key, or what the system calls itself. */
  actor: string;
  actorKind: "admin" | "key" | "system";
  action: AuditAction;
  /** Id and name of what was changed, as it was called then. */
  subjectId: string;
  subjectName: string;
  environment: Environment | null;
  /** The changed fields only. */
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  requestId: string | null;
  ip: string | null;
  /** Covers the row and every row before it: SHA-256 in hex, see services/audit/chain.ts. */
  hash: string;
}

/** Where the console shows the subject of a change. Null where it has no page, or is gone for good. */
export function auditSubjectPath(action: AuditAction, subjectId: string): string | null {
  if (action.endsWith(".delete")) return null;
  if (action.startsWith("key.") || action.startsWith("finding.")) return `/api-keys/${subjectId}`;
  if (action.startsWith("approval.")) return "/api-keys/approvals";
  if (action.startsWith("customer.")) return `/customers/${subjectId}`;
  if (action.startsWith("license.")) return `/licenses/${subjectId}`;
  if (action.startsWith("policy.")) return "/settings/policies";
  if (action.startsWith("settings.")) return "/settings";
  if (action.startsWith("admin.") || action.startsWith("invitation.")) return "/team";
  return null;
}

/** Where the console lists every change to one subject, whatever became of it, in all environments. */
export function auditHistoryPath(subjectId: string): string {
  return `/audit?${new URLSearchParams({ subjectId, env: "all" })}`;
}

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

export const AUDIT_EXPORT_FORMATS = ["csv", "ndjson"] as const;

export const exportAuditSchema = z.strictObject({
  ...auditFiltersShape,
  format: z.enum(AUDIT_EXPORT_FORMATS),
});

export type ExportAuditInput = z.input<typeof exportAuditSchema>;

export const auditIdSchema = z.strictObject({ id: idSchema("aud") });

/** A place in the chain and its hash: whoever keeps one elsewhere can prove later that the history up to it is the same. */
export interface AuditHead {
  position: number;
  /** SHA-256 in hex, 64 lower-case digits. */
  hash: string;
}

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

/** How the chain can be broken. */
export type AuditFault = "edited" | "missing" | "replaced" | "rewritten" | "cut";

/** The first place at which the chain does not hold. */
export interface AuditBreak {
  position: number;
  /** Id and time of the row where it shows; null where no row is left. */
  id: string | null;
  at: string | null;
  fault: AuditFault;
  /** What is wrong, as a sentence. */
  detail: string;
}

/** How far the audit has been checked, and what there is to check. */
export interface AuditIntegrity {
  /** The last check; null: never. */
  checked: {
    /** Rows 1 to here were found right; with a break: those before it. */
    position: number;
    at: string;
    broken: AuditBreak | null;
  } | null;
  /** Position of the newest row; 0: there is none. */
  newest: number;
}

/** `restart`: from the first row; else from where the last check ended. */
export const checkAuditSchema = z.strictObject({ restart: z.boolean().default(false) });
