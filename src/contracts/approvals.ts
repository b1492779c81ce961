import { DAY_MS } from "./durations";
import { hasCome } from "./ends";
import type { Environment } from "./environments";
import type { Id } from "./ids";
import type { JsonObject } from "./json";
import type { Permission } from "./permissions";
import type { ApprovalKind } from "./schemas/approvals";

/** How long somebody may take to approve, and once it is approved the requester to reveal the secret. */
export const APPROVAL_LIFE_MS = 7 * DAY_MS;

/** What one person may have waiting at a time: others must find theirs among it. */
export const MAX_OPEN_APPROVALS = 20;

export const APPROVAL_KINDS = {
  create: { label: "New key" },
  update: { label: "More permissions" },
  reactivate: { label: "Reactivation" },
} as const satisfies Record<ApprovalKind, { label: string }>;

/** What has been decided; whether the time has run out meanwhile is in no row. */
export type ApprovalState = "asked" | "approved" | "done" | "refused" | "withdrawn";

export type ApprovalStatus = ApprovalState | "expired";

/** As a person sees it. `approved`: the requester has still to reveal the secret. */
export const APPROVAL_STATUSES = {
  asked: { label: "Waiting", open: true },
  approved: { label: "Approved", open: true },
  done: { label: "Done", open: false },
  refused: { label: "Refused", open: false },
  withdrawn: { label: "Withdrawn", open: false },
  expired: { label: "Expired", open: false },
} as const satisfies Record<ApprovalStatus, { label: string; open: boolean }>;

/** The status at an instant: on the server that of Postgres' clock, by which everything expires. */
export function approvalStatus(
  { state, expiresAt }: { state: ApprovalState; expiresAt: Date },
  now: Date,
): ApprovalStatus {
  return APPROVAL_STATUSES[state].open && hasCome(expiresAt, now) ? "expired" : state;
}

/** How much waits for one person: of others to decide, and of their own to reveal; and what of theirs waits for others. */
export interface WaitingApprovals {
  toDecide: number;
  toReveal: number;
  asked: number;
}

export interface ApprovalView {
  id: Id<"apr">;
  kind: ApprovalKind;
  environment: Environment;
  status: ApprovalStatus;
  /** Null while it is to be made. */
  keyId: Id<"key"> | null;
  keyName: string;
  /** What was asked for, as the verb takes it. */
  input: JsonObject;
  /** What of it took the approval when it was asked for. */
  needed: Permission[];
  requestedById: Id<"adm">;
  /** As Audit calls them. */
  requestedBy: string;
  requestedAt: string;
  /** When it can no longer be approved, or no longer revealed. */
  expiresAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  reason: string | null;
}

/** A request in the list of them. */
export interface ListedApproval extends ApprovalView {
  /** Whether whoever asked may still manage keys there: otherwise it can only be refused. */
  requesterMay: boolean;
}
