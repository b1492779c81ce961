"use client";

import { HistoryCard } from "@/components/history-card";
import { useSession } from "@/components/session-context";
import type { Id } from "@/contracts/ids";
import { roleAllows } from "@/contracts/roles";
import { trpc } from "@/trpc/client";

/** The latest changes to this licence. Absent for those who may not read the audit. */
export function LicenseHistory({ id }: { id: Id<"lic"> }) {
  const mayRead = roleAllows(useSession().admin.role, "audit:read");
  const events = trpc.audit.list.useQuery({ subjectId: id }, { enabled: mayRead });
  if (!mayRead) return null;
  return (
    <HistoryCard
      entries={events.data?.data}
      error={events.error}
      href={`/audit?subject=${id}&env=all`}
      onRetry={() => void events.refetch()}
    />
  );
}
