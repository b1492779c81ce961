"use client";

import { Activity } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { NothingMatches } from "@/components/list-empty";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { roleAllows } from "@/contracts/roles";
import { isNarrowed, NO_TELEMETRY_FILTERS, type TelemetryQuery } from "./telemetry-query";

interface NoEventsProps {
  query: TelemetryQuery;
  environment: Environment | null;
  onChange: (patch: Partial<TelemetryQuery>) => void;
}

/** Why there are no rows: the filters let nothing through, or there is nothing in these days. */
export function NoEvents({ query, environment, onChange }: NoEventsProps) {
  const mayCreate = roleAllows(useSession().admin.role, "keys:manage");
  if (isNarrowed(query)) {
    return (
      <NothingMatches
        noun="event"
        hint="Other days may have some."
        onClear={() => onChange(NO_TELEMETRY_FILTERS)}
      />
    );
  }
  const where = environment ? ` in ${ENVIRONMENT_DETAILS[environment].label}` : "";
  return (
    <EmptyState
      icon={Activity}
      title={`No events${where} in these days`}
      text="An integration with Telemetry Write sends them. Of days long past the figures are kept, the events are not."
      action={
        query.from === null ? (
          mayCreate && (
            <Button asChild>
              <Link href="/api-keys?create=1">Create a key for it</Link>
            </Button>
          )
        ) : (
          <Button onClick={() => onChange({ from: null, to: null })}>Back to the latest days</Button>
        )
      }
    />
  );
}
