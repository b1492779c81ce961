"use client";

import { ErrorNotice } from "@/components/error-notice";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { AUDIT_ACTIONS, type AuditEventView } from "@/contracts/audit";
import type { Id } from "@/contracts/ids";
import { roleAllows } from "@/contracts/roles";
import { trpc } from "@/trpc/client";
import { useRole } from "../use-role";
import { AuditDiff } from "./audit-diff";

/** The latest changes to this key: who, what, when, from where, and what it was before. */
export function KeyAudit({ id }: { id: Id<"key"> }) {
  const mayRead = roleAllows(useRole(), "audit:read");
  const events = trpc.audit.list.useQuery({ subjectId: id }, { enabled: mayRead });
  if (!mayRead) return null;
  return (
    <Card aria-labelledby="audit-title">
      <CardHeader>
        <CardTitle id="audit-title">History</CardTitle>
        {events.data && events.data.length >= LATEST && (
          <span className="text-ink-3 text-xs">the latest {LATEST} changes</span>
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
      <ol className="divide-y">
        {events.data?.map((event) => (
          <li key={event.id} className="px-4 py-3 text-sm">
            <AuditEntry event={event} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** How many the server gives. */
const LATEST = 20;

function AuditEntry({ event }: { event: AuditEventView }) {
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-1.5">
        <span className="font-medium">{event.actor}</span>
        {AUDIT_ACTIONS[event.action]}
        <Timestamp value={event.at} className="ml-auto text-ink-2" />
      </p>
      <AuditDiff event={event} />
      {event.ip && (
        <p className="mt-1 text-ink-3 text-xs">
          from <span className="mono">{event.ip}</span>
        </p>
      )}
    </>
  );
}
