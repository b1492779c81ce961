import type { Id } from "./ids";
import type { Permission } from "./permissions";
import type { ProblemCode } from "./problems";

/**
 * For how long the figures of keys are kept, in whole UTC days besides today: a year, to compare with, and a month more.
 * What is shown of a key looks back 30 days, what findings rest on 60.
 */
export const USAGE_KEPT_DAYS = 400;

/** The times a chart of calls can show. What it counts is kept by the hour, so the first bucket is a whole one. */
export const USAGE_SPANS = {
  "24h": { label: "24 h", words: "24 hours", bucket: "hour", buckets: 24 },
  "7d": { label: "7 d", words: "7 days", bucket: "hour", buckets: 168 },
  "30d": { label: "30 d", words: "30 days", bucket: "day", buckets: 30 },
} as const;

export type UsageSpan = keyof typeof USAGE_SPANS;
export const USAGE_SPAN_NAMES = Object.keys(USAGE_SPANS) as [UsageSpan, ...UsageSpan[]];
export const DEFAULT_USAGE_SPAN: UsageSpan = "24h";

/** Calls of one hour or UTC day by outcome. */
export interface UsageBucket {
  /** Its first instant. */
  at: string;
  /** 2xx and 3xx. */
  succeeded: number;
  /** 4xx. */
  refused: number;
  /** 5xx. */
  failed: number;
}

export interface UsageStats {
  calls: number;
  /** 4xx and 5xx. */
  errors: number;
  /** 429. */
  limited: number;
  /** Mean time to answer; null without calls. */
  meanMs: number | null;
}

export interface Usage {
  span: UsageSpan;
  /** Oldest first, without gaps; the last one is still filling. */
  buckets: UsageBucket[];
  stats: UsageStats;
}

/** What the gateway refuses before the permission is looked at. A call that ends so has exercised nothing. */
export const REFUSED_BEFORE_PERMISSION = [
  "key_missing",
  "key_invalid",
  "key_revoked",
  "key_expired",
  "environment_mismatch",
  "ip_not_allowed",
  "origin_not_allowed",
  "rate_limited",
] as const satisfies readonly ProblemCode[];

/** A call that ended so did not get what it asked for by its permission, so it has not exercised it. */
export const REFUSED_BY_PERMISSION = [...REFUSED_BEFORE_PERMISSION, "permission_denied"] as const;

/** What the gateway refuses before it counts the call against the key's limits. */
export const REFUSED_BEFORE_LIMIT = REFUSED_BEFORE_PERMISSION.filter((code) => code !== "rate_limited");

/** How far back it is looked for whether a permission is needed. */
export const REPLAY_PERMISSION_DAYS = 30;
/** How far back a limit is tried. */
export const REPLAY_LIMIT_DAYS = 7;

/** The use of one permission of a key, itself and not what it implies. */
export interface PermissionUse {
  permission: string;
  /** In the last 30 days. */
  calls: number;
  /** When it was last exercised, however long ago. Less than a minute early at most. */
  lastAt: string;
}

/** What a set of permissions would have done to the calls of the last 30 days. */
export interface PermissionReplay {
  /** Calls that passed the checks. */
  calls: number;
  /** Those of them that the set would have refused. */
  refused: number;
  /** Which permissions the refused ones needed, most calls first. */
  missing: { permission: Permission; calls: number }[];
}

/** The smallest set of permissions that would have let the same calls pass. */
export interface Trim {
  /** With those that were defined here, whose use only services know. Null: none of the catalogue was exercised, so there is no set to propose. */
  proposed: string[] | null;
  /** Permissions of the key that the proposal goes without. */
  removed: string[];
  /** Lesser permissions that take the place of greater ones. */
  added: Permission[];
  /** The key was last used by a service that asked about it, so what it needs cannot be told. */
  verified?: true;
  replay: PermissionReplay;
}

/** What limits would have done to the calls of the last 7 days, or of as much of them as the log has. */
export interface LimitReplay {
  /** How far back was looked: hours, and whole days of them from two days on. */
  hours: number;
  /** True: that is less than the 7 days, because the log goes back no further. */
  cut: boolean;
  /** Calls that were tried. */
  calls: number;
  refused: number;
  /** Refused by the limits that held then. */
  refusedThen: number;
  /** True: there were more calls, and only the latest were tried. */
  capped: boolean;
  /** When the first call that was tried was made; null without calls. */
  since: string | null;
}

/** One line of a top list. */
export interface Counted {
  name: string;
  calls: number;
}

/** Calls that came with one secret since the other was made. */
export interface SecretUse {
  calls: number;
  /** True: there were more, and only the latest were looked at. */
  capped: boolean;
  /** Null: none. */
  lastAt: string | null;
  /** The latest first, by what tells one program from another. */
  callers: {
    address: string | null;
    agent: string | null;
    /** Method and template; null where no route served the path. */
    route: string | null;
    calls: number;
    lastAt: string;
  }[];
}

/** The secrets of a key that work, and who uses them. */
export interface KeySecrets {
  /** When the current one was made. */
  since: string;
  current: SecretUse & { maskedKey: string };
  /** Null without an overlap. Its masked form is null where it was replaced before that was kept. */
  previous: (SecretUse & { maskedKey: string | null; overlapUntil: string }) | null;
}

/** What a key did in a time: what cutting it off would cut. */
export interface Traffic {
  calls: number;
  routes: Counted[];
  addresses: Counted[];
  customers: (Counted & { id: Id<"cus"> })[];
  /** Jobs that the key started in that time. */
  jobs: number;
}

export interface KeyTraffic {
  last15Minutes: Traffic;
  last24Hours: Traffic;
  /** Jobs of the key that are in line or at work, whenever they were started: they fail with the key. */
  openJobs: number;
  /** Set where there were more: addresses and customers are then those of so many latest calls. */
  cappedAt: number | null;
}
