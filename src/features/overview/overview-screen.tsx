"use client";

import { keepPreviousData } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useEnvironment } from "@/components/environment-context";
import { ErrorNotice } from "@/components/error-notice";
import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { FindingStats, FindingView } from "@/contracts/findings";
import { trpc } from "@/trpc/client";
import { Changes } from "./changes";
import { FirstSteps } from "./first-steps";
import { Stats } from "./stats";

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
  const anyKey = trpc.keys.list.useQuery({ pageSize: 10 }, { enabled: overview.isSuccess && !hasActiveKeys });
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
