"use client";

import { HistoryCard } from "@/components/history-card";
import type { Id } from "@/contracts/ids";
import { roleAllows } from "@/contracts/roles";
import { trpc } from "@/trpc/client";
import { useRole } from "../use-role";

/** The latest changes to this key. Absent for those who may not read the audit. */
export function KeyAudit({ id }: { id: Id<"key"> }) {
  const mayRead = roleAllows(useRole(), "audit:read");
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
