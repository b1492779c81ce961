import type { Environment } from "./environments";

/** Every administrative change there is, as `noun.verb`. */
export const AUDIT_ACTIONS = {
  "key.create": "created the key",
  "key.update": "edited the key",
  "key.revoke": "revoked the key",
  "key.reactivate": "reactivated the key",
  "key.regenerate": "regenerated the key",
  "key.delete": "deleted the key",
  "customer.create": "created the customer",
  "customer.update": "edited the customer",
  "customer.delete": "deleted the customer",
  "license.create": "created the licence",
  "license.update": "edited the licence",
  "license.suspend": "suspended the licence",
  "license.reinstate": "reinstated the licence",
  "license.revoke": "revoked the licence",
  "license.delete": "deleted the licence",
  "job.start": "started the job",
  "job.cancel": "cancelled the job",
  "job.retry": "retried the job",
  "job.delete": "deleted the job",
  "log.export": "exported the log",
  "admin.create": "added the administrator",
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** What is kept of one change. */
export interface AuditEventView {
  id: string;
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
}
