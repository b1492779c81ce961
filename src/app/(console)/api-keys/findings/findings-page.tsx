"use client";

import { useEnvironment } from "@/components/environment-context";
import { FindingsScreen } from "@/features/findings/findings-screen";
import { ReducedLog } from "@/features/logs/reduced-log";
import { useListQuery } from "@/lib/use-list-query";
import { KeysTabs } from "../keys-tabs";
import { findingListParsers } from "./search-params";

/** Joins the list of findings to the address bar. */
export function FindingsPage() {
  const environment = useEnvironment();
  const [query, change] = useListQuery(findingListParsers);
  return (
    <FindingsScreen
      query={query}
      environment={environment}
      onChange={change}
      tabs={<KeysTabs />}
      notice={<ReducedLog />}
    />
  );
}
