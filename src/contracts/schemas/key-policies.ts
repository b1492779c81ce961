import * as z from "zod";
import { atLeastOne } from "../changes";
import { SILENCE_BOUNDS } from "../key-policies";
import { grouped } from "../numbers";
import { grants, PERMISSIONS, type Permission } from "../permissions";
import { boundedArray } from "./arrays";
import { environmentSchema } from "./environments";
import { rateLimitSchema } from "./keys";
import { permissionSchema } from "./permissions";

const MAX_DAYS = 3_650;
const WHOLE_DAYS = "Must be a whole number of days";
const AT_MOST_DAYS = `Must be at most ${grouped(MAX_DAYS)} days`;

const lifetimeSchema = z.int(WHOLE_DAYS).min(1, "Must be at least 1 day").max(MAX_DAYS, AT_MOST_DAYS);
/** Less than a week would cut off what runs at weekends only. */
const silenceSchema = z
  .int(WHOLE_DAYS)
  .min(SILENCE_BOUNDS.graceDays, `Must be at least ${SILENCE_BOUNDS.graceDays} days`)
  .max(MAX_DAYS, AT_MOST_DAYS);

const highestLimitsSchema = z.strictObject({
  minute: rateLimitSchema.optional(),
  hour: rateLimitSchema.optional(),
  day: rateLimitSchema.optional(),
});

const catalogued = (permissions: readonly Permission[]) =>
  PERMISSIONS.filter((permission) => permissions.includes(permission));

const listedSchema = boundedArray(permissionSchema, { max: 100 }).transform(catalogued);

const MAX_PAIRS = 50;
const pairSchema = z
  .tuple([permissionSchema, permissionSchema])
  .refine(([one, other]) => one !== other, "Choose two different permissions")
  .refine(
    ([one, other]) => one === other || (!grants([one], other) && !grants([other], one)),
    "One of the two includes the other: forbid that one instead",
  )
  // A pair has no order: the same two always read the same.
  .transform((pair) => catalogued(pair) as [Permission, Permission]);
const pairsSchema = boundedArray(pairSchema, { max: MAX_PAIRS }).transform((pairs) => [
  ...new Map(pairs.map((pair) => [pair.join(" "), pair])).values(),
]);

/** What the keys of one environment must be like. A rule that the stored row does not name is not in force. */
export const keyPolicyRulesSchema = z.object({
  /** From a key's creation to its expiry. Null: no bound. */
  maxLifetimeDays: lifetimeSchema.nullable().default(null),
  expiryRequired: z.boolean().default(false),
  addressesRequired: z.boolean().default(false),
  /** Of each window named: a key must have a limit for it, and that at most. */
  maxRateLimits: highestLimitsSchema.default({}),
  /** Not granted, also not by what includes them. */
  forbiddenPermissions: listedSchema.default([]),
  /** Not both, counting what each permission includes. */
  separatedPermissions: pairsSchema.default([]),
  /** After so many days without use a key is revoked. Null: never. */
  silenceDays: silenceSchema.nullable().default(null),
  /** A key gets one of these, or begins to work with it, only once a second person has approved (contracts/approvals.ts). */
  approvalPermissions: listedSchema.default([]),
});

export type KeyPolicyRules = z.output<typeof keyPolicyRulesSchema>;

const rulesShape = {
  maxLifetimeDays: lifetimeSchema.nullable(),
  expiryRequired: z.boolean(),
  addressesRequired: z.boolean(),
  maxRateLimits: highestLimitsSchema,
  forbiddenPermissions: listedSchema,
  separatedPermissions: pairsSchema,
  silenceDays: silenceSchema.nullable(),
  approvalPermissions: listedSchema,
};

/** All the rules, as they would be: what a form for them holds and a dry run tries out. */
export const wholeRulesSchema = z.strictObject(rulesShape);

export const tryKeyPolicySchema = z.strictObject({ environment: environmentSchema, rules: wholeRulesSchema });

/** Names what it changes and leaves the rest, so that two people who edit different rules both have their way. */
export const changeKeyPolicySchema = z.strictObject({
  environment: environmentSchema,
  rules: z.strictObject(rulesShape).partial().check(atLeastOne("setting")),
});
