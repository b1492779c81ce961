import type { Environment } from "./environments";
import type { Id } from "./ids";
import { isDay } from "./times";

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
  "webhook.create": "created the webhook endpoint",
  "webhook.update": "edited the webhook endpoint",
  "webhook.rotate_secret": "made a new signing secret for the webhook endpoint",
  "webhook.disable": "disabled the webhook endpoint",
  "webhook.enable": "enabled the webhook endpoint",
  "webhook.resend": "resent an event to the webhook endpoint",
  "webhook.delete": "deleted the webhook endpoint",
  "permission.define": "defined the permission",
  "permission.update": "changed the permission",
  "permission.delete": "deleted the permission",
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
  /** E-mail of the administrator, `key "…"` with the name of the key, or what the system calls itself. */
  actor: string;
  actorKind: "admin" | "key" | "system";
  /** Of an administrator or a key; null: Keyward itself. */
  actorId: string | null;
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
  // The page of a deleted key says what still works of what it made.
  if (action.endsWith(".delete") && action !== "key.delete") return null;
  if (action.startsWith("key.") || action.startsWith("finding.")) return `/api-keys/${subjectId}`;
  if (action.startsWith("approval.")) return "/api-keys/approvals";
  if (action.startsWith("customer.")) return `/customers/${subjectId}`;
  if (action.startsWith("license.")) return `/licenses/${subjectId}`;
  if (action.startsWith("webhook.")) return `/webhooks/${subjectId}`;
  if (action.startsWith("policy.")) return "/settings/policies";
  if (action.startsWith("settings.") || action.startsWith("permission.")) return "/settings";
  if (action.startsWith("admin.") || action.startsWith("invitation.")) return "/team";
  return null;
}

/** Where the console lists every change to one subject, whatever became of it, in all environments. */
export function auditHistoryPath(subjectId: string): string {
  return `/audit?${new URLSearchParams({ subjectId, env: "all" })}`;
}

export const AUDIT_EXPORT_FORMATS = ["csv", "ndjson"] as const;

/** A whole day in UTC. The years are those that a timestamptz and a Date both hold, with a day to spare. */
export function isAuditDay(day: string): boolean {
  return isDay(day) && day >= "1970" && day < "9999";
}

/** A place in the chain and its hash: whoever keeps one elsewhere can prove later that the history up to it is the same. */
export interface AuditHead {
  position: number;
  /** SHA-256 in hex, 64 lower-case digits. */
  hash: string;
}

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
