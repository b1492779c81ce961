import * as z from "zod";
import { atLeastOne } from "../changes";
import { grouped } from "../numbers";
import type { LogLimitName } from "../settings";
import "./words";

const MAX_DAYS = 3_650;

const daysSchema = z
  .int("Must be a whole number of days")
  .min(1, "Must be at least 1 day")
  .max(MAX_DAYS, `Must be at most ${grouped(MAX_DAYS)} days`);

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

/** A change names what it changes and leaves the rest, so that two people who edit different things both have their way. */
function changeOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).partial().check(atLeastOne("setting"));
}

export const changeRetentionSchema = changeOf({ telemetryDays: daysSchema, logDays: daysSchema });

/** What a dry run tries out: everything, as it would be. */
export const retentionTrialSchema = z.strictObject({ telemetryDays: daysSchema, logDays: daysSchema });

const keepDaysSchema = z.int().min(1);

export const dropOldDaysSchema = z.strictObject({
  kind: retentionSchema.keyof(),
  /** Whole UTC days to keep besides today, at least one. */
  keepDays: keepDaysSchema,
  /** Only says what would go. */
  dryRun: z.boolean().default(false),
});

export type DropOldDaysInput = z.input<typeof dropOldDaysSchema>;

export const dropOldUsageSchema = z.strictObject({ keepDays: keepDaysSchema });

const MAX_ANONYMOUS_ROWS = 1_000;
const anonymousRowsSchema = z
  .int("Must be a whole number")
  .min(0, "Must be 0, for every call, or more")
  .max(MAX_ANONYMOUS_ROWS, `Must be at most ${grouped(MAX_ANONYMOUS_ROWS)}`);

const LEAST_DAILY_MEGABYTES = 16;
const MOST_DAILY_MEGABYTES = 10_000_000;

const dailyMegabytesSchema = z
  .int("Must be a whole number of megabytes")
  .min(LEAST_DAILY_MEGABYTES, `Must be at least ${LEAST_DAILY_MEGABYTES} MB`)
  .max(MOST_DAILY_MEGABYTES, `Must be at most ${grouped(MOST_DAILY_MEGABYTES)} MB`)
  .nullable();

/** How much the log may grow, whole: what a form for it tries out. */
export const logLimitsSchema = z.strictObject({
  anonymousRowsPerMinute: anonymousRowsSchema,
  dailyMegabytes: dailyMegabytesSchema,
} satisfies Record<LogLimitName, z.ZodType>);

/** What the log of API calls keeps. */
export const requestLogSchema = z.object({
  /** Beyond the facts of a call. Redacted and capped, and off where nothing is set: it is customers' data. */
  headers: z.boolean().default(false),
  bodies: z.boolean().default(false),
  /**
   * Calls without a known key that have a row each, per network, minute and process. Beyond, they are counted, and one in a
   * hundred has a row. 0: all of them have one.
   */
  anonymousRowsPerMinute: anonymousRowsSchema.default(120),
  /** What a day of the log may take on disk, in MiB with its indexes. Null: by the disk. */
  dailyMegabytes: dailyMegabytesSchema.default(null),
});

export type RequestLogSettings = z.output<typeof requestLogSchema>;

export const changeRequestLogSchema = changeOf({
  headers: z.boolean(),
  bodies: z.boolean(),
  ...logLimitsSchema.shape,
});

const MAX_SESSION_DAYS = 90;
const MAX_IDLE_HOURS = 720;

const sessionDaysSchema = z
  .int("Must be a whole number of days")
  .min(1, "Must be at least 1 day")
  .max(MAX_SESSION_DAYS, `Must be at most ${MAX_SESSION_DAYS} days`);

const idleHoursSchema = z
  .int("Must be a whole number of hours")
  .min(1, "Must be at least 1 hour")
  .max(MAX_IDLE_HOURS, `Must be at most ${MAX_IDLE_HOURS} hours`);

/** For how long somebody stays signed in to the console. */
export const sessionLifetimesSchema = z.object({
  /** From the sign-in, however busy it is: a stolen cookie is not good for ever (OWASP ASVS 5.0, 7.3.2). */
  sessionDays: sessionDaysSchema.default(7),
  /** From the last request: a computer left behind, or a cookie in a backup of a browser's profile. */
  idleHours: idleHoursSchema.default(12),
});

export type SessionLifetimes = z.output<typeof sessionLifetimesSchema>;

export const changeSessionLifetimesSchema = changeOf({
  sessionDays: sessionDaysSchema,
  idleHours: idleHoursSchema,
});

/** Both of them: what the form for them holds. */
export const sessionLifetimesFormSchema = z.strictObject({
  sessionDays: sessionDaysSchema,
  idleHours: idleHoursSchema,
});

/** What everybody has to show to sign in. */
export const signInSettingsSchema = z.object({
  /** Whoever has no second factor can do nothing but set one up. */
  secondFactorRequired: z.boolean().default(false),
});

export type SignInSettings = z.output<typeof signInSettingsSchema>;

export const changeSignInSettingsSchema = changeOf({ secondFactorRequired: z.boolean() });

/** Each group of settings is stored, changed and audited as one; this is what the audit calls it. */
export const SETTINGS = {
  requestLog: { label: "Request log", schema: requestLogSchema },
  retention: { label: "Retention", schema: retentionSchema },
  sessions: { label: "Sessions", schema: sessionLifetimesSchema },
  signIn: { label: "Sign-in", schema: signInSettingsSchema },
} as const;

export type SettingsName = keyof typeof SETTINGS;
export type SettingsOf<Name extends SettingsName> = z.output<(typeof SETTINGS)[Name]["schema"]>;

/** What every key begins with: lets secret scanners tell installations apart. */
export const keyPrefixSchema = z.strictObject({
  prefix: z.string().regex(/^[a-z0-9]{2,10}$/, "Must be 2 to 10 lower-case letters or digits"),
});

export type KeyPrefixInput = z.input<typeof keyPrefixSchema>;
