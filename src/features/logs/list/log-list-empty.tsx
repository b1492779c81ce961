"use client";

import { Logs } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";

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
