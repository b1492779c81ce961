"use client";

import { createSerializer } from "nuqs";
import { useEnvironment } from "@/components/environment-context";
import type { TelemetryQuery } from "@/features/telemetry/telemetry-query";
import { TelemetryScreen } from "@/features/telemetry/telemetry-screen";
import { useAddressState } from "@/lib/use-address-state";
import { telemetryParsers } from "./search-params";

const addressOf = createSerializer(telemetryParsers);

/** Joins the page to the address bar. */
export function TelemetryPage({ today }: { today: string }) {
  const environment = useEnvironment();
  const [query, setQuery] = useAddressState(telemetryParsers);
  const change = (patch: Partial<TelemetryQuery>) => {
    // An open payload leaves the list as it is; everything else makes another list, which starts at its first page.
    const restart = "event" in patch ? {} : { cursor: null, event: null };
    // Places to come back to: pages, what was marked in the chart, and the list from an open payload. The steps of
    // narrowing a list are not.
    const isPlace = patch.cursor !== undefined || patch.from !== undefined || Boolean(patch.event);
    void setQuery({ ...restart, ...patch }, { history: isPlace ? "push" : "replace" });
  };
  return (
    <TelemetryScreen
      query={query}
      environment={environment}
      today={today}
      eventHref={(event) => addressOf("/telemetry", { ...query, event })}
      onChange={change}
    />
  );
}
