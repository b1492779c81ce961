import { DAY_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import { brokenRules } from "@/contracts/key-policies";
import { type KeyView, RATE_LIMIT_WINDOW_NAMES, type RateLimitWindow } from "@/contracts/keys";
import type { KeyPolicyRules } from "@/contracts/schemas/key-policies";
import type { ExpiryBound } from "@/lib/expiry";
import { readDigits } from "@/lib/typed-text";
import { trpc } from "@/trpc/client";
import type { KeyFormValues } from "./key-form-values";

/** What the policy of an environment asks of its keys; null while none was chosen, and until it is known. */
export function useKeyRules(environment: Environment | null): KeyPolicyRules | null {
  const policies = trpc.policies.list.useQuery();
  return policies.data?.find((policy) => policy.environment === environment)?.rules ?? null;
}

/** What the policy leaves of the choices of an expiry; null: all. */
export function expiryBound(
  environment: Environment | null,
  rules: KeyPolicyRules | null,
  createdAt: KeyView["createdAt"] | null,
): ExpiryBound | null {
  if (!environment || !rules || (rules.maxLifetimeDays === null && !rules.expiryRequired)) return null;
  const from = createdAt === null ? Date.now() : Date.parse(createdAt);
  const nothing = { permissions: [], rateLimits: {}, ipAllowlist: [], expiresAt: null, createdAt: "" };
  const [broken] = brokenRules(environment, rules, nothing).filter(({ path }) => path === "expiresAt");
  return {
    latest: rules.maxLifetimeDays === null ? null : from + rules.maxLifetimeDays * DAY_MS,
    reason: broken?.message ?? "",
  };
}

/** The limits of a new key within the policy: each that it bounds is set, and no higher than that. */
export function limitsWithin(
  { maxRateLimits }: KeyPolicyRules,
  texts: KeyFormValues["rateLimits"],
): KeyFormValues["rateLimits"] {
  const within = (window: RateLimitWindow) => {
    const highest = maxRateLimits[window];
    const limit = readDigits(texts[window]);
    if (highest === undefined || (limit !== null && !(limit > highest))) return texts[window];
    return String(highest);
  };
  const fitting = RATE_LIMIT_WINDOW_NAMES.map((window) => [window, within(window)]);
  return Object.fromEntries(fitting) as KeyFormValues["rateLimits"];
}
