import { highestLimitText } from "@/contracts/key-policies";
import type { KeyView } from "@/contracts/keys";
import { RATE_LIMIT_WINDOW_NAMES } from "@/contracts/keys";
import { grants, includedPermissions, isPermission, type OwnPermission } from "@/contracts/permissions";
import { rangeMembership } from "@/server/core/addresses";
import { AppError, validationFailed } from "@/server/core/errors";
import type { CallingKey } from "../../calling-key";

/** What bounds a key: of the calling one, and of one that it changes, before and after. */
export interface Powers
  extends Pick<KeyView, "permissions" | "rateLimits" | "managesKeys" | "grantsKeyManagement"> {
  customers: readonly string[] | null;
  ipAllowlist: readonly string[];
  allowedOrigins: readonly string[];
  /** Epoch milliseconds; `Infinity`: never. */
  expiresAt: number;
}

/** The parts of it that a refusal can name. */
type Facet = Exclude<keyof Powers, "managesKeys" | "grantsKeyManagement"> | "management";

/** Where one key goes further than another. */
interface Excess {
  facet: Facet;
  path: string;
  message: string;
  /** Permissions that are missing. */
  missing?: string[];
}

/** The code of a field that goes beyond what the calling key has itself. */
export const EXCEEDS_CODE = "exceeds_calling_key";

export function powersOfCaller(caller: CallingKey): Powers {
  return {
    ...caller,
    permissions: [...caller.permissions],
    expiresAt: caller.expiresAt?.getTime() ?? Infinity,
  };
}

export function powersOfKey(key: KeyView): Powers {
  return {
    ...key,
    customers: key.customers?.map(({ id }) => id) ?? null,
    expiresAt: key.expiresAt === null ? Infinity : Date.parse(key.expiresAt),
  };
}

/**
 * Refuses what a key has made of another one, still in its transaction, where that is more than it is itself. Whatever makes a key
 * more powerful, hands out its secret or lets it work again takes the whole key within these bounds: an administrator may have given
 * it a permission since it was made, and with one more customer of the calling key's it would use that permission there. What takes
 * power away is always allowed.
 * @param before null: the key is new
 * @param handsOut the change reveals the secret, or lets the key work again
 * @throws AppError permission_denied, customer_out_of_scope, validation_failed
 */
export function requireWithinCallingKey(
  caller: CallingKey,
  own: readonly OwnPermission[],
  before: KeyView | null,
  after: KeyView,
  handsOut: boolean,
): void {
  const was = before && powersOfKey(before);
  const is = powersOfKey(after);
  const added = was && excesses(was, is, own);
  if (added?.length === 0 && !handsOut) return;
  const beyond = excesses(powersOfCaller(caller), is, own, true);
  if (beyond.length === 0) return;
  const asked = new Set(added?.map(({ facet }) => facet));
  throw refusalOf(
    beyond,
    beyond.filter(({ facet }) => {
      return added === null || (!handsOut && asked.has(facet === "management" ? "permissions" : facet));
    }),
  );
}

/**
 * Refuses what a call names and the calling key does not have, before it is looked up whether there is such a thing: the answers
 * would tell which customers and which permissions there are beyond its own.
 * @param held permissions that the key has already, and may keep
 * @throws AppError permission_denied, customer_out_of_scope
 */
export function requireNamedWithin(
  caller: CallingKey,
  own: readonly OwnPermission[],
  named: { permissions?: readonly string[] | undefined; customers?: readonly string[] | null | undefined },
  held: readonly string[],
): void {
  const bound = powersOfCaller(caller);
  const { permissions = [], customers } = named;
  const kept = opened(held, own);
  const gained = permissions.filter((name) => !kept.has(name));
  const beyond = [
    ...permissionExcess(bound, { ...bound, permissions: gained }, own),
    ...(customers === undefined ? [] : customerExcess(bound, { ...bound, customers })),
  ];
  if (beyond.length > 0) throw refusalOf(beyond, beyond);
}

/** @param asked those of what goes too far that the call itself has asked for; the others were so before */
function refusalOf(beyond: readonly Excess[], asked: readonly Excess[]): AppError {
  if (asked.length === 0) {
    const missingPermissions = beyond.flatMap(({ missing = [] }) => missing);
    const reasons = beyond.map(({ path, message }) => `${path}: ${message}`).join(" ");
    return new AppError("permission_denied", `The key may do more than the calling one. ${reasons}`, {
      missingPermissions,
    });
  }
  const missing = asked.flatMap(({ missing = [] }) => missing);
  const lacking = asked.find(({ facet }) => facet === "permissions" || facet === "management");
  if (lacking) return new AppError("permission_denied", lacking.message, { missingPermissions: missing });
  const outside = asked.find(({ facet }) => facet === "customers");
  if (outside) return new AppError("customer_out_of_scope", outside.message);
  return validationFailed(asked.map(({ path, message }) => ({ path, message, code: EXCEEDS_CODE })));
}

/**
 * In what one set of powers goes beyond another.
 * @param isGiven whether the first is what the calling key may give, of which `keys:manage` is a part only where an administrator
 * has said so
 */
function excesses(bound: Powers, key: Powers, own: readonly OwnPermission[], isGiven = false): Excess[] {
  return [
    ...permissionExcess(bound, key, own),
    ...managementExcess(bound, key, isGiven),
    ...customerExcess(bound, key),
    ...listExcess("ipAllowlist", bound, key, rangeMembership(bound.ipAllowlist)),
    ...listExcess("allowedOrigins", bound, key, (origin) => bound.allowedOrigins.includes(origin)),
    ...limitExcess(bound, key),
    ...expiryExcess(bound, key),
  ];
}

/** What permissions open, with those that open nothing by now: somebody may define one of that name again. */
function opened(permissions: readonly string[], own: readonly OwnPermission[]): Set<string> {
  const included = own.filter(({ name }) => permissions.includes(name)).flatMap(({ implies }) => implies);
  return new Set([...permissions, ...includedPermissions(permissions), ...included]);
}

const UNTOLD =
  " A name that is not in the catalogue may be misspelt: which there are is told to keys alone that have them.";

function permissionExcess(bound: Powers, key: Powers, own: readonly OwnPermission[]): Excess[] {
  const held = opened(bound.permissions, own);
  const missing = [...opened(key.permissions, own)].filter((name) => !held.has(name));
  if (missing.length === 0) return [];
  // Which permissions of their own the operators have defined is told no key that does not hold them: of a slip the same is said.
  const mayBeMisspelt = !missing.every(isPermission);
  const message = `The calling key does not have ${missing.join(", ")}.${mayBeMisspelt ? UNTOLD : ""}`;
  return [{ facet: "permissions", path: "permissions", message, missing }];
}

function managementExcess(bound: Powers, key: Powers, isGiven: boolean): Excess[] {
  const manages = grants(key.permissions, "keys:manage");
  const isWider =
    (key.managesKeys === "all" && bound.managesKeys !== "all") ||
    (key.grantsKeyManagement && !bound.grantsKeyManagement) ||
    (isGiven && manages && !bound.grantsKeyManagement);
  if (!isWider) return [];
  const message = "An administrator has not allowed the calling key to hand on keys:manage to this extent.";
  return [{ facet: "management", path: "permissions", message, missing: ["keys:manage"] }];
}

function customerExcess({ customers: bound }: Powers, { customers }: Powers): Excess[] {
  if (bound === null || customers?.every((id) => bound.includes(id))) return [];
  const message = "The calling key is restricted to certain customers, and gives access to these alone.";
  return [{ facet: "customers", path: "customers", message }];
}

/** Of a list of which an empty one allows everything. */
function listExcess(
  facet: "ipAllowlist" | "allowedOrigins",
  { [facet]: bound }: Powers,
  { [facet]: list }: Powers,
  isWithin: (member: string) => boolean,
): Excess[] {
  if (bound.length === 0) return [];
  const allowed = `the calling key allows: ${bound.slice(0, 10).join(", ")}${bound.length > 10 ? " and others" : ""}`;
  if (list.length === 0) return [{ facet, path: facet, message: `Must not be empty, as ${allowed}` }];
  return list.flatMap((member, at) =>
    isWithin(member) ? [] : [{ facet, path: `${facet}.${at}`, message: `Is not within what ${allowed}` }],
  );
}

function limitExcess({ rateLimits: bound }: Powers, { rateLimits }: Powers): Excess[] {
  return RATE_LIMIT_WINDOW_NAMES.flatMap((window) => {
    const most = bound[window];
    if (most === undefined || (rateLimits[window] ?? Infinity) <= most) return [];
    const must = rateLimits[window] === undefined ? "Must be set, to at most" : "Must be at most";
    const message = `${must} what the calling key has: ${highestLimitText(window, most)}`;
    return [{ facet: "rateLimits", path: `rateLimits.${window}`, message } as const];
  });
}

function expiryExcess({ expiresAt: bound }: Powers, { expiresAt }: Powers): Excess[] {
  if (expiresAt <= bound) return [];
  const message = `Must not be later than that of the calling key: ${new Date(bound).toISOString()}`;
  return [{ facet: "expiresAt", path: "expiresAt", message }];
}
