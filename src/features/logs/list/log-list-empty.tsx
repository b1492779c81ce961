"use client";

import { Lock, Logs, SearchX } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { ROLE_DETAILS, rolesAllowing } from "@/contracts/roles";

const GRANTING = rolesAllowing("team:manage")
  .map((role) => ROLE_DETAILS[role].label.toLowerCase())
  .join(" or ");

/** There may be calls at this time, but none that the filters let through. */
export function NothingMatches({ time, onClear }: { time: string; onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No call matches"
      text={`No call (${time}) has all that the filters ask for. A longer time may have some.`}
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

/** A later page whose calls have all gone since it was asked for. */
export function NothingHere({ onFirstPage }: { onFirstPage: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="Nothing on this page"
      text="The calls that stood here are older than the log keeps, or no longer match."
      action={<Button onClick={onFirstPage}>First page</Button>}
    />
  );
}

interface NothingYetProps {
  environment: Environment | null;
  time: string;
  /** Null where it is the longest time already. */
  onLonger: (() => void) | null;
}

/** No calls at this time at all, or in the environment of the top bar. */
export function NothingYet({ environment, time, onLonger }: NothingYetProps) {
  const where = environment ? ` in ${ENVIRONMENT_DETAILS[environment].label}` : "";
  return (
    <EmptyState
      icon={Logs}
      title={`No calls${where} (${time})`}
      text="Every call to the public API stands here within a second, admitted or refused. GET /key with an API key is the quickest one to make."
      action={onLonger && <Button onClick={onLonger}>Show the last 30 days</Button>}
    />
  );
}

/** The server refuses the log to this administrator. */
export function NotAllowed() {
  return (
    <Card>
      <EmptyState
        icon={Lock}
        title="Your role does not include the log"
        text={`An ${GRANTING} can give you a role that does.`}
      />
    </Card>
  );
}
