"use client";

import { useQueryStates } from "nuqs";
import { KeyFilter } from "@/features/keys/key-filter";
import { ExplainScreen } from "@/features/logs/explain/explain-screen";
import { explainParsers } from "./search-params";

/** What is to be explained stands in the address bar: an explanation can be sent to somebody else. */
export function ExplainPage() {
  const [query, setQuery] = useQueryStates(explainParsers, { history: "push" });
  return (
    <ExplainScreen
      query={query}
      keyChoice={(value, onChange) => <KeyFilter value={value} environment={null} onChange={onChange} />}
      onAsk={(patch) => void setQuery(patch)}
    />
  );
}
