"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { useMay } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { AUDIT_ACTIONS, type AuditEventView, auditHistoryPath } from "@/contracts/audit";
import { DEFAULT_PAGE_SIZE } from "@/contracts/lists";
import { trpc } from "@/trpc/client";
import { HistoryDiff } from "./history-diff";

/**
 * The latest changes to one record, for its page: who, what, when, from where, and what it was before. Absent for those who
 * may not read the audit.
 */
export function SubjectHistory({ id }: { id: string }) {
  const mayRead = useMay("audit:read");
  const events = trpc.audit.list.useQuery({ subjectId: id }, { enabled: mayRead });
  if (!mayRead) return null;
  const entries = events.data?.data;
  return (
    <Card aria-labelledby="history-title">
      <CardHeader>
        <CardTitle id="history-title">History</CardTitle>
        {entries && entries.length > 0 && (
          <Link href={auditHistoryPath(id)} className="text-ink-2 text-sm hover:text-ink hover:underline">
            {entries.length >= DEFAULT_PAGE_SIZE
              ? `The latest ${DEFAULT_PAGE_SIZE}; all in Audit`
              : "In Audit"}
          </Link>
        )}
      </CardHeader>
      {events.isPending && (
        <CardContent className="space-y-4">
          <Skeleton className="w-64" />
          <Skeleton className="w-48" />
        </CardContent>
      )}
      {events.error && (
        <CardContent>
          <ErrorNotice error={events.error} onRetry={() => void events.refetch()} />
        </CardContent>
      )}
      {entries?.length === 0 && (
        <CardContent>
          <p className="text-ink-2">No administrator has changed anything here.</p>
        </CardContent>
      )}
      <ol className="divide-y">
        {entries?.map((entry) => (
          <li key={entry.id} className="px-4 py-3 text-sm">
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Entry({ entry }: { entry: AuditEventView }) {
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-1.5">
        <span className="font-medium">{entry.actor}</span>
        {AUDIT_ACTIONS[entry.action] ?? entry.action}
        <Timestamp value={entry.at} className="ml-auto text-ink-2" />
      </p>
      <HistoryDiff change={entry} />
      {entry.ip && (
        <p className="mt-1 text-ink-3 text-xs">
          from <span className="mono">{entry.ip}</span>
        </p>
      )}
    </>
  );
}
