import { APPROVAL_KINDS } from "@/contracts/approvals";
import { AUDIT_ACTIONS, type AuditAction } from "@/contracts/audit";
import { JOB_TYPES, type JobType } from "@/contracts/job-types";
import { RATE_LIMIT_WINDOWS } from "@/contracts/keys";
import { NOTICE_DELIVERIES, NOTICE_KINDS, type NoticeDelivery, type NoticeKind } from "@/contracts/notices";
import { PERMISSION_DETAILS, type Permission } from "@/contracts/permissions";
import { type EnvironmentRoles, ROLE_DETAILS, type Role, roleLabel } from "@/contracts/roles";
import type { ApprovalKind } from "@/contracts/schemas/approvals";
import type { RateLimits } from "@/contracts/schemas/keys";
import { WEBHOOK_DISABLED_REASONS, type WebhookDisabledReason } from "@/contracts/webhooks";
import { formatRateLimits } from "@/lib/rate-limits";
import { utcTime } from "@/lib/zoned-time";

/** How one recorded field is told. */
interface FieldWords {
  label: string;
  /** One value, or one member of a list. Absent: as it is. */
  text?: (value: unknown) => string;
  /** What is said where the field was empty; nothing means something else in each. */
  empty?: string;
  /** What is said of a list without members, where that is not the same. */
  emptyList?: string;
  /** Keys, ids and addresses, which are set in the mono face. */
  mono?: boolean;
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A value of which nothing is taken for granted: history outlives the code that wrote it. Never JSON. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return value.toLocaleString("en");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return Object.entries(value)
    .map(([name, inner]) => (isRecord(inner) ? `${name} (${plain(inner)})` : `${name}: ${plain(inner)}`))
    .join(", ");
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const instant = (value: unknown) => {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? plain(value) : utcTime(at);
};
const status = (value: unknown) => capitalized(plain(value));
const days = (value: unknown) => (value === 1 ? "1 day" : `${plain(value)} days`);
const hours = (value: unknown) => (value === 1 ? "1 hour" : `${plain(value)} hours`);
const onOff = (value: unknown) => (value === true ? "on" : value === false ? "off" : plain(value));
const perMinute = (value: unknown) => (value === 0 ? "all" : `${plain(value)} / min`);
const megabytes = (value: unknown) => `${plain(value)} MB`;
const permission = (value: unknown) => PERMISSION_DETAILS[value as Permission]?.label ?? plain(value);
/** One everywhere, or by environment. */
const role = (value: unknown) => {
  if (!isRecord(value)) return ROLE_DETAILS[value as Role]?.label ?? plain(value);
  return roleLabel({ role: "viewer", environmentRoles: value as EnvironmentRoles }) || plain(value);
};
const approvalKind = (value: unknown) => APPROVAL_KINDS[value as ApprovalKind]?.label ?? plain(value);
const jobType = (value: unknown) => JOB_TYPES[value as JobType]?.label ?? plain(value);
const disabledReason = (value: unknown) =>
  WEBHOOK_DISABLED_REASONS[value as WebhookDisabledReason] ?? plain(value);
/** A key by its name and id: others may have the same name. */
const keyRef = (value: unknown) => {
  if (!isRecord(value)) return plain(value);
  const { id, name } = value as Record<string, unknown>;
  return `the key “${plain(name)}” (${plain(id)})`;
};
const limits = (value: unknown) => {
  if (!isRecord(value)) return plain(value);
  const known = Object.entries(value as Record<string, unknown>).every(
    ([window, limit]) => Object.hasOwn(RATE_LIMIT_WINDOWS, window) && typeof limit === "number",
  );
  return known ? formatRateLimits(value as RateLimits).join(" · ") : plain(value);
};
/** Which kind of notice is sent how, or when the summary comes: `A key expires: E-mail at once`. */
const noticeChoices = (value: unknown) =>
  Object.entries(isRecord(value) ? (value as Record<string, unknown>) : {})
    .map(([name, chosen]) => {
      const kind =
        NOTICE_KINDS[name as NoticeKind]?.label ?? (name === "summaryHour" ? "Summary at hour" : name);
      return `${kind}: ${NOTICE_DELIVERIES[chosen as NoticeDelivery] ?? plain(chosen)}`;
    })
    .join(", ");
const pair = (value: unknown) => (Array.isArray(value) ? value.map(permission).join(" with ") : plain(value));

/** Which keys one with Key Management manages. */
const managed = (value: unknown) =>
  value === "own" ? "The keys it makes" : value === "all" ? "All keys of its environment" : plain(value);

const reason: FieldWords = { label: "Reason" };
const metadata: FieldWords = { label: "Metadata" };

/** Every field that the audit keeps, by the noun of the action. A field without a line here fails a test. */
const FIELDS: Record<string, Record<string, FieldWords>> = {
  key: {
    name: { label: "Name" },
    key: { label: "Key", mono: true },
    description: { label: "Description" },
    permissions: { label: "Permissions", text: permission },
    rateLimits: { label: "Limits", text: limits },
    expiresAt: { label: "Expires", text: instant, empty: "Never" },
    customers: {
      label: "Customers",
      mono: true,
      empty: "Every customer",
      emptyList: "None left: grants nothing",
    },
    ipAllowlist: { label: "Addresses", mono: true, empty: "Any", emptyList: "Any" },
    allowedOrigins: { label: "Origins", mono: true, empty: "Any", emptyList: "Any" },
    owner: { label: "Owner", empty: "Nobody" },
    tags: { label: "Tags" },
    managesKeys: { label: "Manages", text: managed },
    grantsKeyManagement: { label: "Hands on Key Management" },
    status: { label: "Status", text: status },
    reason,
    overlapUntil: { label: "Overlap until", text: instant, empty: "No overlap" },
    requestedBy: { label: "Asked by" },
    approvedBy: { label: "Approved by" },
    approvalWaived: { label: "Approval waived" },
  },
  approval: {
    kind: { label: "Asked for", text: approvalKind },
    key: { label: "Key", mono: true },
    needed: { label: "Takes approval", text: permission },
    requestedBy: { label: "Asked by" },
    expiresAt: { label: "Open until", text: instant },
    reason,
  },
  finding: { finding: { label: "Finding" }, reason },
  customer: {
    email: { label: "Email" },
    name: { label: "Name" },
    metadata,
    licenses: { label: "Licences" },
    activations: { label: "Activations" },
  },
  license: {
    key: { label: "Licence key", mono: true },
    product: { label: "Product" },
    customerId: { label: "Customer", mono: true, empty: "Nobody yet" },
    activationLimit: { label: "Activation limit", empty: "Unlimited" },
    expiresAt: { label: "Expires", text: instant, empty: "Never" },
    suspendedAt: { label: "Suspended", text: instant, empty: "No" },
    revokedAt: { label: "Revoked", text: instant, empty: "No" },
    features: { label: "Features", mono: true },
    metadata,
    reason,
    activation: { label: "Activation", mono: true, empty: "Ended" },
    activationCount: { label: "Activations" },
  },
  job: {
    type: { label: "Type", text: jobType },
    total: { label: "Rows", empty: "not known yet" },
    status: { label: "Status", text: status },
    done: { label: "Rows done" },
    startedBy: { label: "Started by" },
    error: { label: "Error" },
  },
  log: {
    from: { label: "From", text: instant, empty: "the beginning" },
    to: { label: "To", text: instant, empty: "now" },
    levels: { label: "Level", text: status },
    statuses: { label: "Status" },
    codes: { label: "Code", mono: true },
    methods: { label: "Method", mono: true },
    route: { label: "Route", mono: true },
    keyId: { label: "Key", mono: true },
    customerId: { label: "Customer", mono: true },
    address: { label: "Address", mono: true },
    requestId: { label: "Request id", mono: true },
    search: { label: "Text" },
    // What three of them were called: what stands in the audit is never rewritten.
    key: { label: "Key", mono: true },
    customer: { label: "Customer", mono: true },
    text: { label: "Text" },
  },
  audit: {
    search: { label: "Text" },
    subjectId: { label: "Subject", mono: true },
    actor: { label: "Who" },
    actions: { label: "What", text: (action) => actionLabel(action as AuditAction) },
    from: { label: "From" },
    to: { label: "To" },
  },
  settings: {
    telemetryDays: { label: "Telemetry kept", text: days },
    logDays: { label: "Log kept", text: days },
    headers: { label: "Headers", text: onOff },
    bodies: { label: "Bodies", text: onOff },
    anonymousRowsPerMinute: { label: "Rows for unknown callers", text: perMinute },
    sessionDays: { label: "Signed in for", text: days },
    secondFactorRequired: { label: "Second factor required", text: onOff },
    idleHours: { label: "Signed in without a request for", text: hours },
    dailyMegabytes: { label: "Log per day", text: megabytes, empty: "By the disk" },
  },
  policy: {
    maxLifetimeDays: { label: "Longest lifetime", text: days, empty: "No bound" },
    expiryRequired: { label: "Expiry required" },
    addressesRequired: { label: "Address list required" },
    maxRateLimits: { label: "Highest limits", text: limits, empty: "No bound" },
    forbiddenPermissions: { label: "Not granted", text: permission },
    separatedPermissions: { label: "Not combined", text: pair },
    silenceDays: { label: "Revoked without use after", text: days, empty: "Never" },
    approvalPermissions: { label: "Take a second person", text: permission },
  },
  webhook: {
    url: { label: "URL", mono: true },
    description: { label: "Description" },
    events: { label: "Events", mono: true },
    reason: { label: "Reason", text: disabledReason },
    cutOffWith: { label: "Cut off with", text: keyRef },
    cutOffReason: { label: "Why" },
    previousSecretUntil: { label: "Secret before works until", text: instant },
    event: { label: "Event", mono: true },
    id: { label: "Id", mono: true },
  },
  permission: {
    label: { label: "Label" },
    description: { label: "Description" },
    implies: { label: "Includes", mono: true },
  },
  admin: {
    email: { label: "Email" },
    name: { label: "Name" },
    role: { label: "Role", text: role },
    deactivatedAt: { label: "Deactivated", text: instant, empty: "No" },
    timeZone: { label: "Time zone" },
    attempts: { label: "Attempts" },
    invitedBy: { label: "Invited by" },
    notices: { label: "Notices", text: noticeChoices },
    provider: { label: "Provider", mono: true },
    expiresAt: { label: "Link works until", text: instant },
  },
  passkey: { name: { label: "Name" } },
  second_factor: { passkeys: { label: "Passkeys" } },
  session: {
    sessions: { label: "Sessions ended" },
    refusedBefore: { label: "Refused before" },
    provider: { label: "Provider", mono: true },
    link: { label: "By a link of the command line" },
    secondFactor: { label: "Second factor" },
    way: { label: "Confirmed by" },
    passkey: { label: "By the passkey" },
  },
  invitation: {
    email: { label: "Email" },
    role: { label: "Role", text: role },
    expiresAt: { label: "Link works until", text: instant },
  },
};

/** "Edited the key". An action that the code has dropped since goes by its own name. */
export function actionLabel(action: AuditAction): string {
  const words: string = AUDIT_ACTIONS[action] ?? action;
  return capitalized(words);
}

/** The words for a field of a change; null where there are none, which a test does not let pass. */
export function fieldWords(action: string, field: string): FieldWords | null {
  const [noun = ""] = action.split(".", 1);
  return FIELDS[noun]?.[field] ?? null;
}

/** The label of a field. One that the code has dropped since goes by its own name, in words. */
export function recordedLabel(action: string, field: string): string {
  const words = field.replace(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return fieldWords(action, field)?.label ?? capitalized(words);
}

/** One member of a recorded list, in words. */
export function recordedMember(action: string, field: string, member: unknown): string {
  return (fieldWords(action, field)?.text ?? plain)(member);
}

/** A recorded value in the words of the page that shows the present one: the one place that has them. */
export function recordedText(action: string, field: string, value: unknown): string {
  const { empty = "None", emptyList = "None" } = fieldWords(action, field) ?? {};
  if (value === null || value === undefined || value === "") return empty;
  if (Array.isArray(value)) {
    if (value.length === 0) return emptyList;
    return value.map((member) => recordedMember(action, field, member)).join(", ");
  }
  if (typeof value === "object" && Object.keys(value).length === 0) return empty;
  return recordedMember(action, field, value);
}
