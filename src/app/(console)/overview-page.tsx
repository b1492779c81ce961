"use client";

import { useQueryState } from "nuqs";
import { useEnvironment } from "@/components/environment-context";
import { FindingsGlance } from "@/features/findings/findings-glance";
import { ReducedLog } from "@/features/logs/reduced-log";
import { OverviewScreen } from "@/features/overview/overview-screen";
import { OverallUsage } from "@/features/usage/overall-usage";
import { usageParsers } from "./search-params";

/** Puts the first page together, and joins its chart to the address bar. */
export function OverviewPage() {
  const environment = useEnvironment();
  const [span, setSpan] = useQueryState("span", usageParsers.span);
  return (
    <OverviewScreen
      notice={<ReducedLog />}
      usage={<OverallUsage environment={environment} span={span} onSpan={(next) => void setSpan(next)} />}
      attention={(findings, stats) => <FindingsGlance findings={findings} stats={stats} />}
    />
  );
}
