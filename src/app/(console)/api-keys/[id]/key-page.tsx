"use client";

import { useQueryState } from "nuqs";
import { useCallback } from "react";
import type { Id } from "@/contracts/ids";
import { KeyFindings } from "@/features/findings/key-findings";
import { KeyJobs } from "@/features/jobs/key-jobs";
import { KeyDetail } from "@/features/keys/detail/key-detail";
import { RecentCalls } from "@/features/logs/recent-calls";
import { KeyUsage } from "@/features/usage/key-usage";
import { usageParsers } from "../../search-params";
import { linkedActionParser } from "./search-params";

/** Puts the page of a key together, and joins it to the address bar. */
export function KeyPage({ id }: { id: Id<"key"> }) {
  const [span, setSpan] = useQueryState("span", usageParsers.span);
  const [linked, setLinked] = useQueryState("do", linkedActionParser);
  // Taken out of the address at once: left in, it would open again when somebody reloads the page or steps back to it.
  const taken = useCallback(() => void setLinked(null), [setLinked]);
  return (
    <KeyDetail
      id={id}
      linked={linked}
      onLinked={taken}
      findings={<KeyFindings id={id} />}
      usage={<KeyUsage id={id} span={span} onSpan={(next) => void setSpan(next)} />}
      calls={<RecentCalls keyId={id} />}
      jobs={<KeyJobs keyId={id} />}
    />
  );
}
