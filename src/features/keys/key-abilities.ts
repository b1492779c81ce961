import { DAY_MS } from "@/contracts/durations";
import type { KeyView } from "@/contracts/keys";
import { type Role, roleAllows } from "@/contracts/roles";

/** What can be done to a key from its row menu, from its page, and from what was found about it. */
export const KEY_ACTIONS = {
  edit: "Edit",
  trim: "Trim permissions",
  regenerate: "Regenerate",
  endOverlap: "End overlap now",
  revoke: "Revoke",
  reactivate: "Reactivate",
  delete: "Delete",
} as const;

export type KeyAction = keyof typeof KEY_ACTIONS;

/** The actions that a link to a key's page may ask for. */
export const LINKED_ACTIONS = [
  "edit",
  "trim",
  "regenerate",
  "revoke",
  "reactivate",
] as const satisfies KeyAction[];

/** An action that somebody has asked for, and the key as it was shown then. */
export interface AskedAction {
  action: KeyAction;
  key: KeyView;
}

/**
 * The actions that the server would accept from this role for this key, in the order in which menus offer them; trimming
 * is offered beside the permissions, the end of an overlap beside those who still use the previous secret.
 * An expired key can still be revoked: then a later expiry date, set by mistake, opens nothing.
 */
export function actionsFor(key: Pick<KeyView, "status" | "revokedAt">, role: Role | null): KeyAction[] {
  if (!roleAllows(role, "keys:manage")) return [];
  const actions: KeyAction[] = ["edit", "regenerate", key.revokedAt ? "reactivate" : "revoke"];
  if (key.status !== "active") actions.push("delete");
  return actions;
}

/** Whether an action can be asked for: a link may be older than what has happened to the key since. */
export function isOffered(
  action: KeyAction,
  key: Pick<KeyView, "status" | "revokedAt">,
  role: Role | null,
): boolean {
  if (action === "trim" || action === "endOverlap") return roleAllows(role, "keys:manage");
  return actionsFor(key, role).includes(action);
}

const LIVE_WITHIN_MS = DAY_MS;

/** Whether cutting the key off would hit production traffic: then its name has to be typed first. */
export function isLive(key: Pick<KeyView, "environment" | "status" | "lastUsedAt">, now: number): boolean {
  if (key.environment !== "production" || key.status !== "active" || !key.lastUsedAt) return false;
  return now - Date.parse(key.lastUsedAt) < LIVE_WITHIN_MS;
}

/** Whether the key is scoped to customers that are all gone. Such a key can do nothing; it never becomes unrestricted. */
export function grantsNothing(key: Pick<KeyView, "customers">): boolean {
  return key.customers !== null && key.customers.length === 0;
}
