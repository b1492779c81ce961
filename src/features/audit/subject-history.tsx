"use client";

import { HistoryCard } from "@/components/history-card";
import { useMay } from "@/components/session-context";
import { auditHistoryPath } from "@/contracts/audit";
import { trpc } from "@/trpc/client";

/** The latest changes to one record, for its page. Absent for those who may not read the audit. */
export function SubjectHistory({ id }: { id: string }) {
  const mayRead = useMay("audit:read");
  const events = trpc.audit.list.useQuery({ subjectId: id }, { enabled: mayRead });
  if (!mayRead) return null;
  return (
    <HistoryCard
      entries={events.data?.data}
      error={events.error}
      href={auditHistoryPath(id)}
      onRetry={() => void events.refetch()}
    />
  );
}
