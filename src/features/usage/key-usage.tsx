"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { trpc } from "@/trpc/client";
import { type SpanChoice, UsageCard } from "./usage-card";

const REFRESH_MS = MINUTE_MS;

/** Calls of one key. */
export function KeyUsage({ id, ...choice }: SpanChoice & { id: Id<"key"> }) {
  const usage = trpc.usage.ofKey.useQuery(
    { id, span: choice.span },
    { placeholderData: keepPreviousData, refetchInterval: REFRESH_MS },
  );
  return (
    <UsageCard
      {...choice}
      id="calls"
      usage={usage.data}
      stale={usage.isPlaceholderData}
      error={usage.error}
      onRetry={() => void usage.refetch()}
    />
  );
}
