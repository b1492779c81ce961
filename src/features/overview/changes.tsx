import { History } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Timestamp } from "@/components/timestamp";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { AUDIT_ACTIONS, type AuditAction, type AuditEventView } from "@/contracts/audit";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";

const SHOWN = 10;

/** Where the pages of subjects are. A subject without a page, or gone for good, is named without a link. */
function subjectPath(action: AuditAction, subjectId: string): string | null {
  if (action.endsWith(".delete")) return null;
  if (action.startsWith("key.") || action.startsWith("finding.")) return `/api-keys/${subjectId}`;
  if (action.startsWith("customer.")) return `/customers/${subjectId}`;
  return null;
}

/** What administrators changed last. */
export function Changes({ events }: { events: readonly AuditEventView[] }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Latest changes</CardTitle>
      </CardHeader>
      {events.length === 0 ? (
        <EmptyState
          icon={History}
          title="No changes yet"
          text="Every change made in the console is recorded here."
        />
      ) : (
        <ol>
          {events.slice(0, SHOWN).map((event) => (
            <Change key={event.id} event={event} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function Change({ event }: { event: AuditEventView }) {
  const path = subjectPath(event.action, event.subjectId);
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
