"use client";

import type { ReactNode } from "react";
import { CopyField } from "@/components/copy-field";
import { EnvironmentBadge } from "@/components/environment-badge";
import { ErrorNotice } from "@/components/error-notice";
import { KeyValue } from "@/components/key-value";
import { Link } from "@/components/link";
import { actionLabel } from "@/components/recorded-words";
import { Timestamp } from "@/components/timestamp";
import { Sheet, SheetContent } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { type AuditEventView, auditHistoryPath, auditSubjectPath } from "@/contracts/audit";
import type { Id } from "@/contracts/ids";
import { trpc } from "@/trpc/client";
import { HistoryDiff } from "./history-diff";

interface AuditSheetProps {
  id: Id<"aud">;
  onClose: () => void;
}

/** One change in full: who, what, when, from where, before and after, and its place in the chain. */
export function AuditSheet({ id, onClose }: AuditSheetProps) {
  const event = trpc.audit.get.useQuery({ id });
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent
        title={event.data ? actionLabel(event.data.action) : "Change"}
        description={event.data?.subjectName}
        className="w-[min(560px,calc(100vw-24px))]"
      >
        {event.error ? (
          <ErrorNotice error={event.error} onRetry={() => void event.refetch()} className="m-4" />
        ) : event.data ? (
          <Details event={event.data} />
        ) : (
          <div className="space-y-4 p-4">
            <Skeleton className="w-64" />
            <Skeleton className="w-48" />
            <Skeleton className="w-56" />
          </div>
        )}
      </SheetContent>
    </Sheet>
  );
}

function Details({ event }: { event: AuditEventView }) {
  const hasFields = event.before !== null || event.after !== null;
  return (
    <>
      <Part title="Before and after">
        {hasFields ? (
          <HistoryDiff change={event} unfolded />
        ) : (
          <p className="text-ink-2 text-sm">No field changed.</p>
        )}
      </Part>
      <Part title="Who, when and where">
        <KeyValue className="text-sm" items={circumstances(event)} />
      </Part>
      <Part title="In the chain">
        <KeyValue
          className="text-sm"
          items={[
            {
              label: "Row",
              value: <span className="tabular-nums">{event.position.toLocaleString("en")}</span>,
            },
            { label: "Id", value: <CopyField value={event.id} label="id" /> },
            { label: "Hash", value: <CopyField value={event.hash} label="hash" /> },
          ]}
        />
        <p className="mt-3 text-pretty text-ink-3 text-xs">
          The hash covers this row and, through the row before it, every earlier one.
        </p>
      </Part>
    </>
  );
}

function circumstances(event: AuditEventView) {
  const path = auditSubjectPath(event.action, event.subjectId);
  const none = <span className="text-ink-3">none</span>;
  return [
    { label: "Who", value: <Actor event={event} /> },
    { label: "When", value: <Timestamp value={event.at} /> },
    { label: "From", value: event.ip ? <span className="mono">{event.ip}</span> : none },
    {
      label: "Environment",
      value: event.environment ? <EnvironmentBadge value={event.environment} /> : none,
    },
    {
      label: "Subject",
      value: path ? (
        <Link href={path} className="underline underline-offset-4">
          {event.subjectName}
        </Link>
      ) : (
        event.subjectName
      ),
    },
    { label: "Subject id", value: <CopyField value={event.subjectId} label="subject id" /> },
    {
      label: "More",
      value: (
        <Link
          href={auditHistoryPath(event.subjectId)}
          className="text-ink-2 underline underline-offset-4 hover:text-ink"
        >
          All changes to this subject
        </Link>
      ),
    },
    {
      label: "Request",
      value: event.requestId ? <CopyField value={event.requestId} label="request id" /> : none,
    },
  ];
}

/** A key leads to its page. */
function Actor({ event: { actor, actorKind, actorId } }: { event: AuditEventView }) {
  if (actorKind !== "key" || actorId === null) return actor;
  return (
    <Link href={`/api-keys/${actorId}`} className="underline underline-offset-4">
      {actor}
    </Link>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b px-4 py-4 last:border-b-0">
      <h3 className="mb-2 font-medium text-sm">{title}</h3>
      {children}
    </section>
  );
}
