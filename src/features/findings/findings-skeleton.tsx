"use client";

import type { ReactNode } from "react";
import { ListSkeleton } from "@/components/list-skeleton";
import { findingColumns } from "./finding-columns";

/** The head of the list's page. */
export const FINDINGS_HEADING = {
  title: "Findings",
  sub: "Keys to narrow, to retire or to look at, worked out every ten minutes and after each change of a key.",
};

/** Holds the place of the list while the server draws it. */
export function FindingsSkeleton({ tabs }: { tabs: ReactNode }) {
  return (
    <ListSkeleton heading={FINDINGS_HEADING} label="Findings" columns={findingColumns(null)}>
      {tabs}
    </ListSkeleton>
  );
}
