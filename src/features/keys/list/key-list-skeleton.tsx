"use client";

import type { ReactNode } from "react";
import { ListSkeleton } from "@/components/list-skeleton";
import { keyColumns } from "./key-columns";

/** The head of the list's page. */
export const KEYS_HEADING = {
  title: "API Keys",
  sub: "Credentials for applications, scripts and integrations. Each works in one environment only.",
};

// Without rows nothing is ever asked for.
const COLUMNS = keyColumns(() => {});

/** Holds the place of the list while the server draws it. */
export function KeyListSkeleton({ tabs }: { tabs: ReactNode }) {
  return (
    <ListSkeleton heading={KEYS_HEADING} label="API keys" columns={COLUMNS}>
      {tabs}
    </ListSkeleton>
  );
}
