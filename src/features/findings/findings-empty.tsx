"use client";

import { CircleCheck } from "lucide-react";
import { EmptyState } from "@/components/empty-state";

/** Nothing is wrong. */
export function NothingFound() {
  return (
    <EmptyState
      icon={CircleCheck}
      title="Nothing wants attention"
      text="No active key is unused, over-privileged, about to expire, or called from where it never was."
    />
  );
}
