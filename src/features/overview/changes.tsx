import { History } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Timestamp } from "@/components/timestamp";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { AUDIT_ACTIONS, type AuditEventView, auditSubjectPath } from "@/contracts/audit";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";

/** What administrators changed last. */
export function Changes({ events }: { events: readonly AuditEventView[] }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Latest changes</CardTitle>
        {events.length > 0 && (
          <Link href="/audit" className="text-ink-2 text-sm hover:text-ink hover:underline">
            All changes
          </Link>
        )}
      </CardHeader>
      {events.length === 0 ? (
        <EmptyState
          icon={History}
          title="No changes yet"
          text="Every change made in the console is recorded here."
        />
      ) : (
        <ol>
          {events.map((event) => (
            <Change key={event.id} event={event} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function Change({ event }: { event: AuditEventView }) {
  const path = auditSubjectPath(event.action, event.subjectId);
  return (
    <li className="flex items-start justify-between gap-4 border-b px-4 py-2.5 last:border-b-0">
      <div className="min-w-0">
        <p className="break-words">
          <span className="inline-block text-ink-2 first-letter:uppercase">
            {AUDIT_ACTIONS[event.action]}
          </span>{" "}
          {path ? (
            <Link href={path} className="hover:underline">
              {event.subjectName}
            </Link>
          ) : (
            event.subjectName
          )}
        </p>
        <p className="flex flex-wrap gap-x-3 text-ink-3 text-sm">
          <span className="truncate">{event.actor}</span>
          {event.environment && (
            <EnvironmentBadge
              value={event.environment}
              label={ENVIRONMENT_DETAILS[event.environment].label}
            />
          )}
        </p>
      </div>
      <Timestamp value={event.at} className="shrink-0 text-ink-2 text-sm" />
    </li>
  );
}
