import type { HistoryWords } from "@/components/history-diff";
import { AUDIT_ACTIONS, type AuditAction } from "@/contracts/audit";
import { PERMISSION_DETAILS, type Permission } from "@/contracts/permissions";
import { utcTime } from "@/lib/relative-time";

/** "Edited the key". An action that the code has dropped since goes by its own name. */
export function actionLabel(action: AuditAction): string {
  const words: string = AUDIT_ACTIONS[action] ?? action;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const MONO = new Set(["key", "customers", "customerId", "ipAllowlist", "features", "metadata"]);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** "rateLimits" as "Rate limits". */
function fieldLabel(field: string): string {
  const words = field.replace(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function memberText(field: string, member: unknown): string {
  if (typeof member !== "string") return JSON.stringify(member);
  const isPermission = field === "permissions" || field === "includedPermissions";
  return isPermission ? (PERMISSION_DETAILS[member as Permission]?.label ?? member) : member;
}

/** Records of every kind, also of versions to come, so nothing is taken for granted but what a value looks like. */
function valueText(field: string, value: unknown): string {
  const isEmpty = value === null || value === undefined || value === "" || JSON.stringify(value) === "{}";
  if (isEmpty) return "none";
  if (Array.isArray(value)) {
    return value.length === 0 ? "none" : value.map((member) => memberText(field, member)).join(", ");
  }
  if (typeof value === "string" && INSTANT.test(value) && !Number.isNaN(Date.parse(value))) {
    return utcTime(Date.parse(value));
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** How the history of any record is worded, where the page does not know which kind it is. */
export const AUDIT_WORDS: HistoryWords = {
  label: fieldLabel,
  text: valueText,
  member: memberText,
  mono: (field) => MONO.has(field),
};
