import type { Environment } from "@/contracts/environments";
import { grants, isPermission, type Permission } from "@/contracts/permissions";
import { type Action, allows, ROLE_DETAILS, rolesAllowing } from "@/contracts/roles";
import type { Context } from "./context";
import { AppError, unreachable } from "./errors";
import { customerScopeOf, type Principal } from "./principal";

/** Who acts, and where it is noted what that took. */
type Asking = Pick<Context, "principal" | "exercised">;

/** Actions of the console that a permission opens to keys as well. */
const OPENED_TO_KEYS: Partial<Record<Action, Permission>> = {
  "keys:read": "keys:manage",
  "webhooks:read": "webhooks:manage",
};

/** What a key must hold to do it; an action that no permission opens is its own name, and nobody's. */
const neededBy = (action: Action): Action => OPENED_TO_KEYS[action] ?? action;

/**
 * Whether the principal may do it: one pure function for keys, administrators and Keyward itself.
 * @param environment where; absent or null: in any environment at all
 */
export function isAllowed(principal: Principal, action: Action, environment?: Environment | null): boolean {
  switch (principal.kind) {
    case "system":
      return true;
    case "admin":
      return allows(principal, action, environment);
    case "key": {
      const needed = neededBy(action);
      return isPermission(needed) && grants(principal.permissions, needed);
    }
    default:
      return unreachable(principal, "core/authorize.ts");
  }
}

/** Why the principal may not do it, naming what is missing and who can help; null when it may. */
export function refusalFor(
  principal: Principal,
  action: Action,
  environment?: Environment | null,
): AppError | null {
  if (isAllowed(principal, action, environment)) return null;
  if (principal.kind === "key") return missingPermission(neededBy(action));
  const helpers = rolesAllowing(action).map((role) => ROLE_DETAILS[role].label);
  const where =
    principal.kind === "admin" && principal.environmentRoles && environment ? ` in ${environment}` : "";
  return new AppError(
    "permission_denied",
    `Your role does not allow this${where}. It takes: ${helpers.join(", ")}.`,
    {
      missingPermissions: [action],
    },
  );
}

/**
 * The refusal of a key that lacks a permission.
 * @param isDefined false: nobody can have it, as there is none of that name. A typing error in the settings of a proxy, which would
 *   look like a key that lacks something, and whoever reads the refusal is told so
 */
export function missingPermission(permission: string, { isDefined = true } = {}): AppError {
  const needs = `This call needs the permission ${permission}`;
  return new AppError(
    "permission_denied",
    isDefined ? `${needs}.` : `${needs}, and this installation knows no permission of that name.`,
    { missingPermissions: [permission] },
  );
}

/**
 * First line of every verb; and once more with the environment as soon as that is known, as an administrator may have
 * another role in each.
 * @throws AppError permission_denied naming what is missing and who can help
 */
export function authorize(
  { principal, exercised }: Asking,
  action: Action,
  environment?: Environment | null,
): void {
  const refusal = refusalFor(principal, action, environment);
  if (refusal) throw refusal;
  exercised?.add(action);
}

/**
 * Keeps whoever has no second factor, where everybody has to have one, to setting one up. Asked by what hands out the
 * verbs to sessions, and not by each verb, so that it holds for all of them but those that this takes.
 * @throws AppError second_factor_required
 */
export function requireEnrolled({ principal }: Pick<Context, "principal">): void {
  if (principal.kind === "admin" && principal.lacksSecondFactor)
    throw new AppError(
      "second_factor_required",
      "Set up a second factor first: everybody here has to have one.",
    );
}

/**
 * Second line of a verb that makes what opens production, changes the team or what holds for all, or deletes: somebody with
 * a stolen cookie, or at a console that was left open, holds a session and not what it was begun with. Whoever works
 * without a session (a key, the command line, a job) is not asked.
 * @throws AppError confirmation_required with the `ways` to confirm
 */
export function requireFreshFactor({ principal }: Pick<Context, "principal">): void {
  if (principal.kind !== "admin" || !principal.sessionId || principal.confirmation?.isFresh) return;
  throw new AppError("confirmation_required", "Nothing was changed: you have not confirmed that it is you.", {
    ways: principal.confirmation?.ways ?? [],
  });
}

/** Whether an answer may hold what this permission opens, for a verb that can answer with less. */
export function mayShow(
  { principal, exercised }: Asking,
  action: Action,
  environment?: Environment | null,
): boolean {
  const shown = isAllowed(principal, action, environment);
  if (shown) exercised?.add(action);
  return shown;
}

/**
 * Refuses a key that is restricted to certain customers a value that is unique in its environment, or a record that
 * belongs to the whole of it: whether the value is taken would tell what other customers have.
 * @throws AppError customer_out_of_scope
 */
export function requireUnscoped({ principal }: Asking, detail: string): void {
  if (customerScopeOf(principal) !== null) throw new AppError("customer_out_of_scope", detail);
}
