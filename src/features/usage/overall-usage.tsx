"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { MINUTE_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import { trpc } from "@/trpc/client";
import { type SpanChoice, UsageCard } from "./usage-card";

const REFRESH_MS = MINUTE_MS;

/** Calls of the installation, or of one environment. */
export function OverallUsage({ environment, ...choice }: SpanChoice & { environment: Environment | null }) {
  const usage = trpc.usage.overall.useQuery(
    { environment, span: choice.span },
    { placeholderData: keepPreviousData, refetchInterval: REFRESH_MS },
  );
  return (
    <UsageCard
      {...choice}
      usage={usage.data}
      stale={usage.isPlaceholderData}
      error={usage.error}
      onRetry={() => void usage.refetch()}
    />
  );
}
