import type { Environment } from "./environments";
import type { Id } from "./ids";
import { DORMANT_DAYS } from "./keys";
import type { Permission } from "./permissions";

/** The numbers behind the kinds. "Within" and "at least" include the bound itself. */
export const FINDING_BOUNDS = {
  /** A key is never used once it is so old without a call. */
  neverUsedDays: 14,
  /** A key is dormant once its last use is so long ago; its next use after that resumes it. */
  dormantDays: DORMANT_DAYS,
  /** How long a key that was resumed, or a new network, stays a finding. */
  newsDays: 14,
  /** A permission must have been held so long without being exercised. */
  unexercisedDays: 30,
  expiringDays: 14,
  /** Calls over the limit: more than so many percent of those of the last days, of which there must be enough to tell. */
  limitPercent: 1,
  limitDays: 7,
  limitMinCalls: 100,
  wrongEnvironmentDays: 7,
  /** A network is worth a look when the key had been quiet for so long before it first called from there. */
  quietDays: 14,
} as const;

export const FINDING_SEVERITIES = {
  high: { label: "High", rank: 3 },
  medium: { label: "Medium", rank: 2 },
  low: { label: "Low", rank: 1 },
} as const;

export type FindingSeverity = keyof typeof FINDING_SEVERITIES;
export const FINDING_SEVERITY_NAMES = Object.keys(FINDING_SEVERITIES) as [
  FindingSeverity,
  ...FindingSeverity[],
];

/** What a finding asks for. Each leads to the form or dialog that does it. */
export const FINDING_ACTIONS = {
  revoke: "Revoke",
  regenerate: "Regenerate",
  edit: "Edit",
  trim: "Trim permissions",
  review: "Look at its calls",
} as const;

export type FindingAction = keyof typeof FINDING_ACTIONS;

interface FindingDetails {
  label: string;
  /** Why it matters, and what the action does about it. */
  meaning: string;
  severity: FindingSeverity;
  action: FindingAction;
}

/** Every kind of finding, gravest first. */
export const FINDINGS = {
  exposed: {
    label: "Seen in a query string",
    meaning:
      "Addresses end up in server logs, browser histories and referrers. Regenerate the key, and have it sent in a header.",
    severity: "high",
    action: "regenerate",
  },
  new_network: {
    label: "New network after a quiet time",
    meaning:
      "The key was quiet, then called from where it never had. Find out whether its owner moved; if not, somebody else has it.",
    severity: "high",
    action: "review",
  },
  expiring: {
    label: "Expires soon",
    meaning: "Its calls are refused from then on. Set a later expiry, or have its owner move to another key.",
    severity: "high",
    action: "edit",
  },
  silent: {
    label: "Will be revoked for silence",
    meaning:
      "The policy of its environment revokes keys that are not used for long. One call keeps it; if nobody needs it, leave it to that.",
    severity: "high",
    action: "review",
  },
  resumed: {
    label: "Used again after dormancy",
    meaning:
      "Nobody used the key for a long time, and now somebody does. Find out whether that is its owner.",
    severity: "medium",
    action: "review",
  },
  wrong_environment: {
    label: "Calls the wrong environment",
    meaning:
      "It is refused there, and its owner may not know: the program is set to another environment's endpoint, or to the wrong key.",
    severity: "medium",
    action: "review",
  },
  limit_hit: {
    label: "Often over its limit",
    meaning: "Calls are refused with 429. Raise the limit if the use is right, or have its owner slow down.",
    severity: "medium",
    action: "edit",
  },
  over_privileged: {
    label: "More permissions than it uses",
    meaning: "Whoever finds the key can do what its owner never does. Trim it to what it uses.",
    severity: "medium",
    action: "trim",
  },
  outside_policy: {
    label: "Outside of policy",
    meaning: "It is from before the policy of its environment, which would refuse it now. Edit it to fit.",
    severity: "medium",
    action: "edit",
  },
  owner_left: {
    label: "Owner has left",
    meaning: "Nobody is there to ask about the key, or to be told before it expires. Name another owner.",
    severity: "medium",
    action: "edit",
  },
  never_used: {
    label: "Never used",
    meaning: "A key that nobody needs can only be lost. Revoke it; that can be undone.",
    severity: "medium",
    action: "revoke",
  },
  dormant: {
    label: "Dormant",
    meaning: "What used it may be gone. Revoke it; that can be undone.",
    severity: "medium",
    action: "revoke",
  },
  no_expiry: {
    label: "No expiry in production",
    meaning: "If it is ever lost, it opens production for good. Set an expiry.",
    severity: "low",
    action: "edit",
  },
} as const satisfies Record<string, FindingDetails>;

export type FindingKind = keyof typeof FINDINGS;
export const FINDING_KINDS = Object.keys(FINDINGS) as [FindingKind, ...FindingKind[]];

/** What each kind rests on. Instants are ISO 8601, in UTC. */
export type FindingEvidence =
  | { kind: "exposed"; calls: number; firstAt: string; lastAt: string; lastRequestId: string }
  | { kind: "new_network"; network: string; firstAt: string; usedBeforeAt: string; calls: number }
  | { kind: "expiring"; expiresAt: string }
  /** `since`: the last use, or when it was made or brought back. From `revokedAt` on it is revoked. */
  | { kind: "silent"; since: string; revokedAt: string }
  | { kind: "resumed"; resumedAt: string; dormantSince: string }
  | { kind: "wrong_environment"; calls: number; environments: Environment[]; lastHour: string }
  | { kind: "limit_hit"; calls: number; limited: number }
  /** `proposed` is empty where nothing that was called takes a permission. */
  | { kind: "over_privileged"; unexercised: Permission[]; proposed: Permission[]; calls: number }
  /** The rules that it breaks, as sentences. */
  | { kind: "outside_policy"; broken: string[] }
  /** The address of the owner who was removed or is deactivated. */
  | { kind: "owner_left"; owner: string }
  | { kind: "never_used"; createdAt: string }
  | { kind: "dormant"; lastUsedAt: string }
  | { kind: "no_expiry"; createdAt: string };

export interface FindingView {
  id: Id<"fnd">;
  evidence: FindingEvidence;
  key: { id: Id<"key">; name: string; environment: Environment };
  firstSeenAt: string;
  /** When it was last found to hold, to the day. */
  lastSeenAt: string;
  /** Set while somebody has said that it is known. */
  muted: { at: string; by: string; reason: string } | null;
}

/** How many findings are open, counted up to a bound. */
export interface FindingStats {
  high: number;
  all: number;
  /** At this number counting stopped. */
  cap: number;
}
