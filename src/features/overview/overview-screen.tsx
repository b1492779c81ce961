"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { History } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/empty-state";
import { EnvironmentBadge } from "@/components/environment-badge";
import { useEnvironment } from "@/components/environment-context";
import { ErrorNotice } from "@/components/error-notice";
import { Link } from "@/components/link";
import { PageHeader } from "@/components/page-header";
import { Timestamp } from "@/components/timestamp";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { AUDIT_ACTIONS, type AuditEventView, auditSubjectPath } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import type { FindingStats, FindingView } from "@/contracts/findings";
import { trpc } from "@/trpc/client";
import { FirstSteps } from "./first-steps";

interface OverviewScreenProps {
  /** What wants attention first: nothing, as a rule. Belongs to the log. */
  notice: ReactNode;
  /** Belongs to usage, so the page hands it in. */
  usage: ReactNode;
  /** What wants attention; belongs to findings. */
  attention: (findings: readonly FindingView[], stats: FindingStats) => ReactNode;
}

/** How things are, what wants attention, what changed last. */
export function OverviewScreen({ notice, usage, attention }: OverviewScreenProps) {
  const environment = useEnvironment();
  const overview = trpc.overview.get.useQuery({ environment }, { placeholderData: keepPreviousData });
  const hasActiveKeys = overview.data?.keys.some(({ active }) => active > 0) ?? false;
  // Without an active key there may still be revoked ones; only without any is this a beginning.
  const anyKey = trpc.keys.list.useQuery({ limit: 10 }, { enabled: overview.isSuccess && !hasActiveKeys });
  const isBeginning = anyKey.data?.data.length === 0;
  const isReady = overview.data && (hasActiveKeys || !anyKey.isPending);
  return (
    <>
      <PageHeader title="Overview" sub="Calls, active keys, what wants attention, and what changed last." />
      {notice}
      {overview.error && (
        <ErrorNotice error={overview.error} onRetry={() => void overview.refetch()} className="mb-4" />
      )}
      {!isReady && !overview.error && <OverviewSkeleton />}
      {isReady && isBeginning && <FirstSteps />}
      {isReady && !isBeginning && (
        <div className="grid gap-4" aria-busy={overview.isPlaceholderData || undefined}>
          <Stats keys={overview.data.keys} />
          {usage}
          <div className="grid gap-4 xl:grid-cols-2 xl:items-start">
            {attention(overview.data.findings, overview.data.findingStats)}
            <Changes events={overview.data.changes} />
          </div>
        </div>
      )}
    </>
  );
}

function OverviewSkeleton() {
  return (
    <div className="grid gap-4" aria-busy>
      <div className="grid gap-2 sm:grid-cols-3 sm:gap-4">
        {["one", "two", "three"].map((card) => (
          <Card
            key={card}
            className="flex h-14.5 items-center justify-between px-4 sm:h-23.5 sm:flex-col sm:items-start sm:p-4"
          >
            <Skeleton className="w-24" />
            <Skeleton className="h-6 w-12" />
          </Card>
        ))}
      </div>
      <Card className="h-96.5" />
      <div className="grid gap-4 xl:grid-cols-2">
        <Card className="h-72" />
        <Card className="h-72" />
      </div>
    </div>
  );
}

/** How many keys work, per environment. */
export function Stats({
  keys,
}: {
  keys: readonly { environment: Environment; active: number; capped: boolean }[];
}) {
  return (
    <ul className="grid gap-2 sm:gap-4 sm:grid-cols-[repeat(auto-fit,minmax(180px,1fr))]">
      {keys.map(({ environment, active, capped }) => (
        <li key={environment} className="max-w-120">
          <Card>
            <Link
              href={`/api-keys?env=${environment}&statuses=active`}
              className="flex items-center justify-between gap-2 rounded-xl px-4 py-3 no-underline hover:bg-sunken sm:block sm:p-4"
            >
              <EnvironmentBadge value={environment} />
              <p className="flex items-baseline gap-2 sm:mt-2">
                <span className="font-semibold text-2xl">
                  {active.toLocaleString("en")}
                  {capped && "+"}
                </span>
                <span className="text-ink-2">active {active === 1 ? "key" : "keys"}</span>
              </p>
            </Link>
          </Card>
        </li>
      ))}
    </ul>
  );
}

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
          {event.environment && <EnvironmentBadge value={event.environment} />}
        </p>
      </div>
      <Timestamp value={event.at} className="shrink-0 text-ink-2 text-sm" />
    </li>
  );
}
