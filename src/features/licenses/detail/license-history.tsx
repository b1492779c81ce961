"use client";

import { HistoryCard } from "@/components/history-card";
import type { HistoryWords } from "@/components/history-diff";
import { useSession } from "@/components/session-context";
import { AUDIT_ACTIONS } from "@/contracts/audit";
import type { Id } from "@/contracts/ids";
import { roleAllows } from "@/contracts/roles";
import { utcTime } from "@/lib/relative-time";
import { trpc } from "@/trpc/client";

/** The latest changes to this licence. Absent for those who may not read the audit. */
export function LicenseHistory({ id }: { id: Id<"lic"> }) {
  const mayRead = roleAllows(useSession().admin.role, "audit:read");
  const events = trpc.audit.list.useQuery({ subjectId: id }, { enabled: mayRead });
  if (!mayRead) return null;
  return (
    <HistoryCard
      entries={events.data?.data.map((event) => ({ ...event, deed: AUDIT_ACTIONS[event.action] }))}
      words={WORDS}
      error={events.error}
      href={`/audit?subject=${id}&env=all`}
      onRetry={() => void events.refetch()}
    />
  );
}

const FIELD_LABELS: Record<string, string> = {
  key: "Licence key",
  product: "Product",
  customerId: "Customer",
  activationLimit: "Limit",
  expiresAt: "Expires",
  suspendedAt: "Suspended",
  revokedAt: "Revoked",
  features: "Features",
  metadata: "Metadata",
  reason: "Reason",
};

/** What is said where the field was empty; nothing means something else in each. */
const WHEN_EMPTY: Record<string, string> = {
  activationLimit: "unlimited",
  expiresAt: "never",
  suspendedAt: "no",
  revokedAt: "no",
};

const TIMES = new Set(["expiresAt", "suspendedAt", "revokedAt"]);
const MONO = new Set(["key", "customerId", "features", "metadata"]);

/** History outlives the code that wrote it: what does not have the expected shape is shown as it is. */
function textOf(field: string, value: unknown): string {
  const isEmpty = value === null || value === undefined || value === "" || JSON.stringify(value) === "{}";
  if (isEmpty) return WHEN_EMPTY[field] ?? "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(plain).join(", ");
  if (TIMES.has(field) && typeof value === "string" && !Number.isNaN(Date.parse(value))) {
    return utcTime(Date.parse(value));
  }
  return plain(value);
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const WORDS: HistoryWords = {
  label: (field) => FIELD_LABELS[field] ?? field,
  text: textOf,
  member: (_field, member) => plain(member),
  mono: (field) => MONO.has(field),
};
