import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import {
  type CreateKeyInput,
  DEFAULT_RATE_LIMITS,
  type KeyView,
  RATE_LIMIT_WINDOW_NAMES,
  type RateLimits,
  type RateLimitWindow,
  type UpdateKeyInput,
} from "@/contracts/keys";
import type { Permission } from "@/contracts/permissions";
import { type ExpiryValues, expiryValuesOf, toExpiresAt } from "@/lib/expiry";
import { isCataloged } from "../permission-groups";

/** A customer as the form needs it: enough to send and to show. */
export interface CustomerChoice {
  id: Id<"cus">;
  email: string;
  name: string | null;
}

/** What the fields of the form hold while somebody types; text stays text until it is sent. */
export interface KeyFormValues extends ExpiryValues {
  name: string;
  description: string;
  /** Null: none was chosen yet. */
  environment: Environment | null;
  permissions: Permission[];
  rateLimits: Record<RateLimitWindow, string>;
  /** Apart from `customers`, so that removing the last customer can never widen a key to all of them. */
  scoped: boolean;
  customers: CustomerChoice[];
  /** One address or range per line. */
  addresses: string;
}

/** An empty form. The limits are those a new key gets when nobody thinks about them. */
export function newKeyValues(environment: Environment | null): KeyFormValues {
  return {
    name: "",
    description: "",
    environment,
    permissions: [],
    rateLimits: limitTexts(DEFAULT_RATE_LIMITS),
    expiry: "never",
    customExpiry: "",
    scoped: false,
    customers: [],
    addresses: "",
  };
}

/** The form filled with what a key is now. */
export function valuesOfKey(key: KeyView): KeyFormValues {
  return {
    name: key.name,
    description: key.description,
    environment: key.environment,
    permissions: key.permissions.filter(isCataloged),
    rateLimits: limitTexts(key.rateLimits),
    ...expiryValuesOf(key.expiresAt),
    scoped: key.customers !== null,
    customers: key.customers ?? [],
    addresses: key.ipAllowlist.join("\n"),
  };
}

/** What the form asks the server to create, but for the environment. May be invalid: `createKeySchema` decides. */
export function toCreateInput(values: KeyFormValues, now: Date): Omit<CreateKeyInput, "environment"> {
  return {
    name: values.name,
    description: values.description,
    permissions: values.permissions,
    rateLimits: toRateLimits(values.rateLimits),
    expiresAt: toExpiresAt(values, now),
    customers: values.scoped ? values.customers.map((customer) => customer.id) : null,
    ipAllowlist: addressLines(values.addresses),
  };
}

/** The fields that differ from what the form was opened with. What nobody touched is not sent, and so cannot be reset. */
export function changesOf(
  initial: KeyFormValues,
  values: KeyFormValues,
  now: Date,
): Omit<UpdateKeyInput, "id"> {
  const wanted = toCreateInput(values, now);
  const differs = {
    name: initial.name !== values.name.trim(),
    description: initial.description !== values.description.trim(),
    permissions: !sameMembers(initial.permissions, values.permissions),
    rateLimits: !same(initial.rateLimits, values.rateLimits),
    expiresAt: !same([initial.expiry, initial.customExpiry], [values.expiry, values.customExpiry]),
    customers:
      initial.scoped !== values.scoped ||
      (values.scoped && !sameMembers(idsOf(initial.customers), idsOf(values.customers))),
    ipAllowlist: !same(addressLines(initial.addresses), addressLines(values.addresses)),
  } satisfies Record<keyof typeof wanted, boolean>;
  const changed = Object.entries(wanted).filter(([field]) => differs[field as keyof typeof differs]);
  return Object.fromEntries(changed);
}

/** The lines of the field "Allowed addresses" that say something. */
export function addressLines(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** The limits as numbers; text that is none becomes NaN, which no schema accepts. */
export function toRateLimits(texts: KeyFormValues["rateLimits"]): RateLimits {
  const limits: RateLimits = {};
  for (const window of RATE_LIMIT_WINDOW_NAMES) {
    // People paste figures with thousands separators; they mean the figure.
    const text = texts[window].replaceAll(/[\s,_]/g, "");
    if (text !== "") limits[window] = Number(text);
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

function idsOf(customers: readonly CustomerChoice[]): string[] {
  return customers.map((customer) => customer.id);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  return same([...one].sort(), [...other].sort());
}
