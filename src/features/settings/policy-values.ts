import { RATE_LIMIT_WINDOW_NAMES, type RateLimitWindow } from "@/contracts/keys";
import type { Permission } from "@/contracts/permissions";
import type { KeyPolicyRules } from "@/contracts/schemas/key-policies";
import { readDigits } from "@/lib/typed-text";

/** What the fields of a policy hold while somebody types, named as what is sent. */
export interface PolicyValues {
  maxLifetimeDays: string;
  expiryRequired: boolean;
  addressesRequired: boolean;
  maxRateLimits: Record<RateLimitWindow, string>;
  forbiddenPermissions: Permission[];
  separatedPermissions: [Permission, Permission][];
  silenceDays: string;
  approvalPermissions: Permission[];
}

/** The form filled with the rules as they are; a rule that is not in force is an empty field. */
export function valuesOfRules(rules: KeyPolicyRules): PolicyValues {
  const { minute, hour, day } = rules.maxRateLimits;
  return {
    ...rules,
    maxLifetimeDays: rules.maxLifetimeDays?.toString() ?? "",
    silenceDays: rules.silenceDays?.toString() ?? "",
    maxRateLimits: {
      minute: minute?.toString() ?? "",
      hour: hour?.toString() ?? "",
      day: day?.toString() ?? "",
    },
  };
}

/** The rules that the fields mean, for the schema to check. */
export function toRules(values: PolicyValues) {
  const limits = RATE_LIMIT_WINDOW_NAMES.map((window) => [window, readDigits(values.maxRateLimits[window])]);
  return {
    ...values,
    maxLifetimeDays: readDigits(values.maxLifetimeDays),
    silenceDays: readDigits(values.silenceDays),
    maxRateLimits: Object.fromEntries(limits.filter(([, limit]) => limit !== null)),
  };
}

/** The rules that differ, which alone are sent: two people who edit different ones both have their way. */
export function changedRules(stored: KeyPolicyRules, wanted: KeyPolicyRules): Partial<KeyPolicyRules> {
  const names = Object.keys(wanted) as (keyof KeyPolicyRules)[];
  const differing = names.filter((name) => JSON.stringify(stored[name]) !== JSON.stringify(wanted[name]));
  return Object.fromEntries(differing.map((name) => [name, wanted[name]]));
}
