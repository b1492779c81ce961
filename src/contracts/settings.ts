import type { Retention } from "./schemas/settings";

/** What is kept by whole days. */
export type RetentionKind = keyof Retention;

/** Whole days that were kept long enough, and what is in them. */
export interface DroppedDays {
  /** `YYYY-MM-DD` in UTC, oldest first. */
  days: string[];
  /** On disk, indexes included. */
  bytes: number;
  /** Postgres' own estimate, as of when it last looked at each day: counting would take as long as reading them. */
  estimatedRows: number;
  /** Days with rows that Postgres has not looked at yet, which the estimate leaves out. Rarely more than 50 rows each. */
  unestimatedDays: number;
}

/** What the next maintenance would drop. */
export type RetentionDryRun = Record<RetentionKind, DroppedDays>;

/** What bounds the growth of the log of calls, as the settings show it. */
export const LOG_LIMIT_NAMES = ["anonymousRowsPerMinute", "dailyMegabytes"] as const;
export type LogLimitName = (typeof LOG_LIMIT_NAMES)[number];

/** Where nobody has set a budget and Postgres is on a machine whose disk Keyward cannot see. */
export const DEFAULT_DAILY_MEGABYTES = 10_240;

/** What the installation's own prefix is called among its settings. */
export const KEY_PREFIX_SETTING = "keyPrefix";

/**
 * How the database keeps the environments apart. `logins`: each has a login of its own. `shared`: all calls use the
 * owner's login, held to their environment by settings.
 */
export interface IsolationView {
  kind: "logins" | "shared";
  /** Why not by logins; null where it is. */
  reason: string | null;
  /** SQL that an administrator of the database runs once, for logins. Holds no password in the clear. */
  statements: string[];
}

/** How the clock of the process that answers compares with Postgres', by which Keyward goes. */
export interface ClockView {
  /** By how much it is ahead, in milliseconds; negative where it is behind. */
  skewMs: number;
  /** Whether that is more than clocks differ by that are kept right. */
  isOff: boolean;
}

/** With which pepper the secrets of keys are stored, while it is being changed. */
export interface PepperView {
  /** KEY_PEPPER_PREVIOUS is set. */
  isChanging: boolean;
  /** Keys still stored with the previous pepper: each moves to the present one when it is used. */
  left: number;
  /** Keys stored with a pepper that this process does not have: they do not work. */
  lost: number;
}
