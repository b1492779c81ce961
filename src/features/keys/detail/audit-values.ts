import type { HistoryWords } from "@/components/history-diff";
import { KEY_STATUSES, rateLimitsSchema } from "@/contracts/keys";
import { utcTime } from "@/lib/relative-time";
import { statusLabel } from "../key-status";
import { permissionLabel } from "../permission-groups";
import { formatRateLimits } from "../rate-limits";

const FIELD_LABELS: Record<string, string> = {
  name: "Name",
  key: "Key",
  description: "Description",
  permissions: "Permissions",
  includedPermissions: "Included permissions",
  rateLimits: "Limits",
  expiresAt: "Expires",
  customers: "Customers",
  ipAllowlist: "Addresses",
  status: "Status",
  reason: "Reason",
};

/** The word for a field of the history. A field that this page does not know goes by its own name. */
function auditFieldLabel(field: string): string {
  return FIELD_LABELS[field] ?? field;
}

const MONO_FIELDS = new Set(["key", "customers", "ipAllowlist"]);

/** Whether values of the field are keys, ids or addresses, which are set in the mono face. */
function isMonoField(field: string): boolean {
  return MONO_FIELDS.has(field);
}

/** What is said where the field was empty; an empty list means something else in each. */
const WHEN_EMPTY: Record<string, string> = {
  expiresAt: "never",
  customers: "all",
  ipAllowlist: "any",
  description: "none",
};

/**
 * A recorded value in words. History outlives the code that wrote it, so nothing about the value is taken for granted:
 * what does not have the expected shape is shown as it is.
 */
function auditValueText(field: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return WHEN_EMPTY[field] ?? "none";
  if (Array.isArray(value)) {
    if (value.length === 0) return field === "customers" ? "none left" : (WHEN_EMPTY[field] ?? "none");
    return value.map((member) => memberText(field, member)).join(", ");
  }
  if (field === "expiresAt" && typeof value === "string" && !Number.isNaN(Date.parse(value))) {
    return utcTime(Date.parse(value));
  }
  if (field === "status") {
    const status = KEY_STATUSES.find((one) => one === value);
    if (status) return statusLabel(status);
  }
  if (field === "rateLimits") {
    const limits = rateLimitsSchema.safeParse(value);
    if (limits.success) return formatRateLimits(limits.data).join(" · ");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function memberText(field: string, member: unknown): string {
  if (typeof member !== "string") return JSON.stringify(member);
  return field === "permissions" || field === "includedPermissions" ? permissionLabel(member) : member;
}

/** How the history of a key is worded. */
export const KEY_HISTORY_WORDS: HistoryWords = {
  label: auditFieldLabel,
  text: auditValueText,
  member: memberText,
  mono: isMonoField,
};
