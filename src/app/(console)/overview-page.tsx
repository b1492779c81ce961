"use client";

import { FindingsGlance } from "@/features/findings/findings-glance";
import { ReducedLog } from "@/features/logs/reduced-log";
import { OverviewScreen } from "@/features/overview/overview-screen";
import { OverallUsage } from "@/features/usage/usage-card";

/** Puts the first page together. */
export function OverviewPage() {
  return (
    <OverviewScreen
      notice={<ReducedLog />}
      usage={<OverallUsage />}
      attention={(findings, stats) => <FindingsGlance findings={findings} stats={stats} />}
    />
  );
}
