"use client";

import { useQueryStates } from "nuqs";
import { useEnvironment } from "@/components/environment-context";
import type { FindingListQuery } from "@/features/findings/finding-list-query";
import { FindingsScreen } from "@/features/findings/findings-screen";
import { KeysTabs } from "../keys-tabs";
import { findingListParsers } from "./search-params";

/** Joins the list of findings to the address bar. */
export function FindingsPage() {
  const environment = useEnvironment();
  const [query, setQuery] = useQueryStates(findingListParsers);
  const change = (patch: Partial<FindingListQuery>) => {
    // Pages are places to come back to; the steps of narrowing a list are not. A cursor is a position in one list only.
    const history = patch.cursor === undefined ? "replace" : "push";
    void setQuery({ cursor: null, ...patch }, { history });
  };
  return <FindingsScreen query={query} environment={environment} onChange={change} tabs={<KeysTabs />} />;
}
