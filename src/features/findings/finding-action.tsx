"use client";

import Link from "next/link";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { FINDING_ACTIONS, FINDINGS, type FindingView } from "@/contracts/findings";
import { roleAllows } from "@/contracts/roles";

/** The one thing to do about a finding: it leads to the key, where the form or dialog for it opens. */
export function FindingActionLink({ value }: { value: FindingView }) {
  const { admin } = useSession();
  const { action } = FINDINGS[value.evidence.kind];
  const needed = action === "review" ? "keys:read" : "keys:manage";
  if (!roleAllows(admin.role, needed)) return null;
  const { id } = value.key;
  // What a finding rests on may be weeks old, and have come in at another environment's endpoint.
  const calls = `/logs?key=${id}&period=30d&env=all`;
  return (
    <Button asChild size="sm">
      <Link
        href={action === "review" ? calls : `/api-keys/${id}?do=${action}`}
        aria-label={`${FINDING_ACTIONS[action]}: ${value.key.name}`}
      >
        {FINDING_ACTIONS[action]}
      </Link>
    </Button>
  );
}
