import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import {
  DEFAULT_RATE_LIMITS,
  type KeyManagement,
  type KeyView,
  RATE_LIMIT_WINDOW_NAMES,
  type RateLimitWindow,
} from "@/contracts/keys";
import { createKeySchema, type RateLimits, updateKeySchema } from "@/contracts/schemas/keys";
import { type ExpiryValues, expiryValuesOf, toExpiresAt } from "@/lib/expiry";
import { linesOf, readDigits } from "@/lib/typed-text";

/** A customer as the form needs it: enough to send and to show. */
export interface CustomerChoice {
  id: Id<"cus">;
  email: string;
  name: string | null;
}

/** Which customers a key is for. */
export interface CustomerScope {
  /** Apart from `chosen`, so that removing the last customer can never widen a key to all of them. */
  scoped: boolean;
  chosen: CustomerChoice[];
}

/** What the fields hold while somebody types, named as what is sent; text stays text until then. */
export interface KeyFormValues {
  name: string;
  description: string;
  /** Null: none was chosen yet. */
  environment: Environment | null;
  permissions: string[];
  rateLimits: Record<RateLimitWindow, string>;
  expiresAt: ExpiryValues;
  customers: CustomerScope;
  /** One address or range per line. */
  ipAllowlist: string;
  /** One web origin per line. */
  allowedOrigins: string;
  /** An e-mail address; empty: nobody. */
  owner: string;
  /** Separated by commas. */
  tags: string;
  /** Of a key with Key Management. */
  managesKeys: KeyManagement;
  grantsKeyManagement: boolean;
}

/**
 * An empty form. The limits are those a new key gets when nobody thinks about them.
 * @param owner whoever fills it in answers for the key, until they say who does
 */
export function newKeyValues(environment: Environment | null, owner: string): KeyFormValues {
  return {
    name: "",
    description: "",
    environment,
    permissions: [],
    rateLimits: limitTexts(DEFAULT_RATE_LIMITS),
    expiresAt: expiryValuesOf(null),
    customers: { scoped: false, chosen: [] },
    ipAllowlist: "",
    allowedOrigins: "",
    owner,
    tags: "",
    managesKeys: "own",
    grantsKeyManagement: false,
  };
}

/** The form filled with what a key is now. */
export function valuesOfKey(key: KeyView): KeyFormValues {
  return {
    name: key.name,
    description: key.description,
    environment: key.environment,
    permissions: key.permissions,
    rateLimits: limitTexts(key.rateLimits),
    expiresAt: expiryValuesOf(key.expiresAt),
    customers: { scoped: key.customers !== null, chosen: key.customers ?? [] },
    ipAllowlist: key.ipAllowlist.join("\n"),
    allowedOrigins: key.allowedOrigins.join("\n"),
    owner: key.owner?.email ?? "",
    tags: key.tags.join(", "),
    managesKeys: key.managesKeys,
    grantsKeyManagement: key.grantsKeyManagement,
  };
}

/** What the form asks the server to create. */
export function toCreateInput(values: KeyFormValues, now: Date) {
  const { customers, rateLimits, expiresAt, ipAllowlist, allowedOrigins, owner, tags, ...rest } = values;
  return {
    ...rest,
    rateLimits: toRateLimits(rateLimits),
    expiresAt: toExpiresAt(expiresAt, now),
    customers: customers.scoped ? idsOf(customers) : null,
    ipAllowlist: linesOf(ipAllowlist),
    allowedOrigins: linesOf(allowedOrigins),
    owner: owner.trim() || null,
    tags: linesOf(tags),
  };
}

/** The fields that differ from what the form was opened with. What nobody touched is not sent, and so cannot be reset. */
export function changesOf(initial: KeyFormValues, values: KeyFormValues, now: Date) {
  const { environment: _environment, ...wanted } = toCreateInput(values, now);
  const differs = {
    name: initial.name !== values.name.trim(),
    description: initial.description !== values.description.trim(),
    permissions: !sameMembers(initial.permissions, values.permissions),
    rateLimits: !same(initial.rateLimits, values.rateLimits),
    expiresAt: !same(initial.expiresAt, values.expiresAt),
    customers:
      initial.customers.scoped !== values.customers.scoped ||
      (values.customers.scoped && !sameMembers(idsOf(initial.customers), idsOf(values.customers))),
    ipAllowlist: !same(linesOf(initial.ipAllowlist), linesOf(values.ipAllowlist)),
    allowedOrigins: !same(linesOf(initial.allowedOrigins), linesOf(values.allowedOrigins)),
    owner: initial.owner !== values.owner.trim(),
    tags: !sameMembers(linesOf(initial.tags), linesOf(values.tags)),
    managesKeys: initial.managesKeys !== values.managesKeys,
    grantsKeyManagement: initial.grantsKeyManagement !== values.grantsKeyManagement,
  } satisfies Record<keyof typeof wanted, boolean>;
  const changed = Object.entries(wanted).filter(([field]) => differs[field as keyof typeof differs]);
  return Object.fromEntries(changed) as Partial<typeof wanted>;
}

/**
 * An expiry in the past is well-formed, so the contract lets it through; only the server refuses it, whose clock counts.
 * Said beside what else is wrong, not after it.
 */
const EXPIRES_LATER = { path: ["expiresAt"], error: "Must be in the future", when: () => true };

function expiresLater({ expiresAt }: { expiresAt?: string | null | undefined }): boolean {
  return !expiresAt || Date.parse(expiresAt) > Date.now();
}

export const newKeySchema = createKeySchema.refine(expiresLater, EXPIRES_LATER);
export const changedKeySchema = updateKeySchema.refine(expiresLater, EXPIRES_LATER);

/** The limits as numbers; text that is none becomes NaN, which no schema accepts. */
export function toRateLimits(texts: KeyFormValues["rateLimits"]): RateLimits {
  const limits: RateLimits = {};
  for (const window of RATE_LIMIT_WINDOW_NAMES) {
    const limit = readDigits(texts[window]);
    if (limit !== null) limits[window] = limit;
  }
  return limits;
}

function limitTexts(limits: RateLimits): KeyFormValues["rateLimits"] {
  return {
    minute: limits.minute?.toString() ?? "",
    hour: limits.hour?.toString() ?? "",
    day: limits.day?.toString() ?? "",
  };
}

function idsOf({ chosen }: CustomerScope): string[] {
  return chosen.map((customer) => customer.id);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  return same([...one].sort(), [...other].sort());
}
