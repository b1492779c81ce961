import { DAY_MS, MINUTE_MS } from "./durations";
import { ENVIRONMENT_DETAILS, type Environment } from "./environments";
import type { Id } from "./ids";
import { type KeyView, RATE_LIMIT_WINDOW_NAMES, RATE_LIMIT_WINDOWS, type RateLimitWindow } from "./keys";
import { grouped } from "./numbers";
import { grants, PERMISSION_DETAILS, type Permission } from "./permissions";
import type { KeyPolicyRules } from "./schemas/key-policies";
import type { RateLimits } from "./schemas/keys";

/** How a policy revokes what is not used: never without notice. */
export const SILENCE_BOUNDS = {
  /** Days before the end at which a key's page begins to say so. */
  noticeDays: 14,
  /** Days that pass at least between the first notice, or the setting or tightening of the rule, and the end. */
  graceDays: 7,
} as const;

export interface KeyPolicyView {
  environment: Environment;
  rules: KeyPolicyRules;
  /** When the rule about silence was set or tightened; null where there is none. */
  silenceSetAt: string | null;
}

/** The keys that are outside of a policy. */
export interface KeysOutside {
  /** Counted up to `cap`. */
  count: number;
  cap: number;
  /** The first twenty, oldest first. */
  keys: { id: Id<"key">; name: string; broken: string[] }[];
}

/** What of a key the rules are about. */
export interface PolicedKey {
  permissions: readonly string[];
  rateLimits: RateLimits;
  ipAllowlist: readonly string[];
  expiresAt: string | null;
  createdAt: string;
}

/** One rule, checked on one key. */
interface RuleCheck {
  /** The field of a key that breaks it. */
  path: string;
  /** The rule, as a sentence. */
  message: string;
  /** How far the key goes: more is worse, and beyond `bound` it is outside. */
  extent: number;
  bound: number;
}

/** What a form sends counts from the browser's clock, which may be ahead of ours. */
const LIFETIME_SLACK_MS = 5 * MINUTE_MS;

const yes = (is: boolean) => (is ? 1 : 0);
const label = (permission: Permission) => PERMISSION_DETAILS[permission].label;

/** "Keys of production", to go on with what they must be. */
export function keysOf(environment: Environment): string {
  return `Keys of ${ENVIRONMENT_DETAILS[environment].label.toLowerCase()}`;
}

/** "600 calls per minute". */
export function highestLimitText(window: RateLimitWindow, limit: number): string {
  return `${grouped(limit)} calls ${RATE_LIMIT_WINDOWS[window].label.toLowerCase()}`;
}

/** A list with a range of all addresses is none. */
function hasAddressList({ ipAllowlist }: PolicedKey): boolean {
  return ipAllowlist.length > 0 && !ipAllowlist.some((range) => range.endsWith("/0"));
}

/** Every rule in force, always in the same order, so that two states of a key can be compared. */
function checkRules(environment: Environment, rules: KeyPolicyRules, key: PolicedKey): RuleCheck[] {
  const keys = keysOf(environment);
  const checks: RuleCheck[] = [];
  const { maxLifetimeDays } = rules;
  if (maxLifetimeDays !== null) {
    checks.push({
      path: "expiresAt",
      message: `${keys} live at most ${maxLifetimeDays === 1 ? "1 day" : `${grouped(maxLifetimeDays)} days`} (policy).`,
      extent: key.expiresAt === null ? Infinity : Date.parse(key.expiresAt) - Date.parse(key.createdAt),
      bound: maxLifetimeDays * DAY_MS + LIFETIME_SLACK_MS,
    });
  }
  if (rules.expiryRequired) {
    const message = `${keys} must have an expiry (policy).`;
    checks.push({ path: "expiresAt", message, extent: yes(key.expiresAt === null), bound: 0 });
  }
  if (rules.addressesRequired) {
    const message = `${keys} must have a list of allowed addresses (policy).`;
    checks.push({ path: "ipAllowlist", message, extent: yes(!hasAddressList(key)), bound: 0 });
  }
  for (const window of RATE_LIMIT_WINDOW_NAMES) {
    const bound = rules.maxRateLimits[window];
    if (bound === undefined) continue;
    checks.push({
      path: `rateLimits.${window}`,
      message: `${keys} make at most ${highestLimitText(window, bound)} (policy).`,
      extent: key.rateLimits[window] ?? Infinity,
      bound,
    });
  }
  for (const permission of rules.forbiddenPermissions) {
    const message = `${keys} may not have ${label(permission)} (policy).`;
    checks.push({
      path: "permissions",
      message,
      extent: yes(grants(key.permissions, permission)),
      bound: 0,
    });
  }
  for (const [one, other] of rules.separatedPermissions) {
    const message = `${keys} may not have ${label(one)} and ${label(other)} together (policy).`;
    const both = grants(key.permissions, one) && grants(key.permissions, other);
    checks.push({ path: "permissions", message, extent: yes(both), bound: 0 });
  }
  return checks;
}

/** A rule that a key breaks: the field and the rule as a sentence. */
export type BrokenRule = Pick<RuleCheck, "path" | "message">;

const told = ({ path, message }: RuleCheck): BrokenRule => ({ path, message });

/** The rules that a key breaks. */
export function brokenRules(environment: Environment, rules: KeyPolicyRules, key: PolicedKey): BrokenRule[] {
  return checkRules(environment, rules, key)
    .filter(({ extent, bound }) => extent > bound)
    .map(told);
}

/** The rules that these permissions break, whatever else a key is like, as sentences. */
export function rulesAgainst(
  environment: Environment,
  rules: KeyPolicyRules,
  permissions: readonly string[],
): string[] {
  const nothingElse = { rateLimits: {}, ipAllowlist: [], expiresAt: null, createdAt: "" };
  return brokenRules(environment, rules, { ...nothingElse, permissions })
    .filter(({ path }) => path === "permissions")
    .map(({ message }) => message);
}

/**
 * The rules that a change breaks: those that the key breaks afterwards and did not break before as badly. So what was
 * outside already can be edited in all else, and brought nearer in steps.
 * @param before null: there was none, or it did not work
 */
export function rulesBrokenBy(
  environment: Environment,
  rules: KeyPolicyRules,
  before: PolicedKey | null,
  after: PolicedKey,
): BrokenRule[] {
  const was = before && checkRules(environment, rules, before);
  return checkRules(environment, rules, after)
    .filter(({ extent, bound }, index) => extent > bound && !(was && extent <= (was[index]?.extent ?? 0)))
    .map(told);
}

/** "Keys of production are revoked after 90 days without use (policy)." */
export function silenceRule(environment: Environment, days: number): string {
  return `${keysOf(environment)} are revoked after ${grouped(days)} days without use (policy).`;
}

/** The code of a refusal by policy, beside its sentence. */
export const POLICY_CODE = "policy";

/** What of a key somebody approves. */
export type ApprovedPowers = Pick<KeyView, "permissions" | "managesKeys" | "grantsKeyManagement">;

/**
 * The permissions for which a change takes a second person: those that the policy names, that the key has afterwards, counting
 * what others include, and that nobody has approved for it yet; and `keys:manage`, where it manages more than before.
 * @param before what it could do until now; null: nothing, as it is new or did not work
 * @param approved what somebody has approved for this key before
 */
export function approvalNeeded(
  { approvalPermissions }: KeyPolicyRules,
  before: ApprovedPowers | null,
  after: ApprovedPowers,
  approved: readonly string[],
): Permission[] {
  return approvalPermissions.filter((permission) => {
    if (!grants(after.permissions, permission)) return false;
    // Whoever approved a key that manages its own has not approved one that manages all of the environment.
    if (permission === "keys:manage" && before && managesMore(before, after)) return true;
    return !grants(approved, permission) && !(before && grants(before.permissions, permission));
  });
}

/** Whether a change lets a key manage more keys, or hand `keys:manage` on to them. */
export function managesMore(before: ApprovedPowers, after: ApprovedPowers): boolean {
  return (
    (after.managesKeys === "all" && before.managesKeys !== "all") ||
    (after.grantsKeyManagement && !before.grantsKeyManagement)
  );
}

/** "Keys of production with License Management need a second person's approval (policy)." */
export function approvalRule(environment: Environment, needed: readonly Permission[]): string {
  return `${keysOf(environment)} with ${needed.map(label).join(", ")} need a second person's approval (policy).`;
}

/** The code of a refusal that a second person's approval would lift. */
export const APPROVAL_CODE = "approval";
