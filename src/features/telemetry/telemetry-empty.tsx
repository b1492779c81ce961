"use client";

import { Activity, Lock, SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { ROLE_DETAILS, rolesAllowing } from "@/contracts/roles";
import { isNarrowed, NO_TELEMETRY_FILTERS, type TelemetryQuery } from "./telemetry-query";

const GRANTING = rolesAllowing("team:manage")
  .map((role) => ROLE_DETAILS[role].label.toLowerCase())
  .join(" or ");

interface NoEventsProps {
  query: TelemetryQuery;
  environment: Environment | null;
  onChange: (patch: Partial<TelemetryQuery>) => void;
}

/** Why there are no rows: the page has run dry, the filters let nothing through, or there is nothing in these days. */
export function NoEvents({ query, environment, onChange }: NoEventsProps) {
  if (query.cursor !== null) {
    return (
      <EmptyState
        icon={SearchX}
        title="Nothing on this page"
        text="The events that stood here no longer match, or are too old to be kept."
        action={<Button onClick={() => onChange({ cursor: null })}>First page</Button>}
      />
    );
  }
  if (isNarrowed(query)) {
    return (
      <EmptyState
        icon={SearchX}
        title="No event matches"
        text="No event of these days has all that the filters ask for."
        action={<Button onClick={() => onChange(NO_TELEMETRY_FILTERS)}>Clear filters</Button>}
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
          <Button asChild>
            <Link href="/api-keys?create=1">Create a key for it</Link>
          </Button>
        ) : (
          <Button onClick={() => onChange({ from: null, to: null })}>Back to the latest days</Button>
        )
      }
    />
  );
}

/** The server refuses the page to this administrator. */
export function NotAllowed() {
  return (
    <Card>
      <EmptyState
        icon={Lock}
        title="Your role does not include telemetry"
        text={`An ${GRANTING} can give you a role that does.`}
      />
    </Card>
  );
}
