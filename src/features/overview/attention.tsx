import { CircleCheck } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Badge } from "@/components/badge";
import { EmptyState } from "@/components/empty-state";
import { EnvironmentBadge } from "@/components/environment-badge";
import { RelativeText, Timestamp } from "@/components/timestamp";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";
import type { KeyView } from "@/contracts/keys";

interface AttentionProps {
  expiringSoon: readonly KeyView[];
  neverUsed: readonly KeyView[];
}

/** Keys that somebody should look at: about to expire, or made long ago and never used. */
export function Attention({ expiringSoon, neverUsed }: AttentionProps) {
  const expiring = new Set(expiringSoon.map(({ id }) => id));
  return (
    <Card>
      <CardHeader>
        <CardTitle>Wants attention</CardTitle>
      </CardHeader>
      {expiringSoon.length + neverUsed.length === 0 ? (
        <EmptyState
          icon={CircleCheck}
          title="Nothing wants attention"
          text="No active key expires within 14 days, and none older than that is unused."
        />
      ) : (
        <ul>
          {expiringSoon.map((key) => (
            <Finding key={key.id} subject={key}>
              <Badge tone="warn">
                <span>Expires {key.expiresAt && <RelativeText value={key.expiresAt} />}</span>
              </Badge>
            </Finding>
          ))}
          {neverUsed
            .filter(({ id }) => !expiring.has(id))
            .map((key) => (
              <Finding key={key.id} subject={key}>
                <span className="hidden text-ink-2 text-sm sm:inline">
                  created <Timestamp value={key.createdAt} />
                </span>
                <Badge tone="idle">Never used</Badge>
              </Finding>
            ))}
        </ul>
      )}
    </Card>
  );
}

function Finding({ subject, children }: { subject: KeyView; children: ReactNode }) {
  return (
    <li className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b px-4 py-2 last:border-b-0">
      <span className="flex min-w-0 items-center gap-3">
        <Link href={`/api-keys/${subject.id}`} className="truncate py-0.5 hover:underline">
          {subject.name}
        </Link>
        <EnvironmentBadge
          value={subject.environment}
          label={ENVIRONMENT_DETAILS[subject.environment].label}
        />
      </span>
      <span className="flex items-center gap-3">{children}</span>
    </li>
  );
}
