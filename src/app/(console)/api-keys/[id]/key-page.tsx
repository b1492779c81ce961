"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useCallback } from "react";
import type { Id } from "@/contracts/ids";
import { SubjectHistory } from "@/features/audit/subject-history";
import { KeyFindings } from "@/features/findings/key-findings";
import { KeyJobs } from "@/features/jobs/key-jobs";
import { KeyDetail } from "@/features/keys/detail/key-detail";
import { LINKED_ACTIONS } from "@/features/keys/key-abilities";
import { RecentCalls } from "@/features/logs/recent-calls";
import { KeyUsage } from "@/features/usage/usage-card";

/** `?do=trim` opens the form or dialog of that action, from findings and from Explain. */
const linkedAction = parseAsStringLiteral(LINKED_ACTIONS);

/** Puts the page of a key together. */
export function KeyPage({ id }: { id: Id<"key"> }) {
  const [linked, setLinked] = useQueryState("do", linkedAction);
  // Taken out of the address at once: left in, it would open again when somebody reloads the page or steps back to it.
  const taken = useCallback(() => void setLinked(null), [setLinked]);
  return (
    <KeyDetail
      id={id}
      linked={linked}
      onLinked={taken}
      findings={<KeyFindings id={id} />}
      usage={<KeyUsage id={id} />}
      calls={<RecentCalls keyId={id} />}
      jobs={<KeyJobs keyId={id} />}
      history={<SubjectHistory id={id} />}
    />
  );
}
