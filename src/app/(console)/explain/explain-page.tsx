"use client";

import { createSerializer } from "nuqs";
import { KeySelect } from "@/features/keys/key-select";
import { explainParsers } from "@/features/logs/explain/explain-query";
import { ExplainScreen } from "@/features/logs/explain/explain-screen";
import { useAddressState } from "@/lib/use-address-state";

const addressOf = createSerializer(explainParsers);

/** What is to be explained stands in the address bar: an explanation can be sent to somebody else. */
export function ExplainPage() {
  const [query, setQuery] = useAddressState(explainParsers, { history: "push" });
  return (
    <ExplainScreen
      query={query}
      keyChoice={(value, onChange) => <KeySelect value={value} onChange={onChange} />}
      onAsk={(patch) => void setQuery(patch)}
      callHref={(call) => addressOf("/explain", { ...call, requestId: null })}
    />
  );
}
