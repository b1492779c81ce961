"use client";

import { BadgeCheck, Plus } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";

interface NothingYetProps {
  environment: Environment | null;
  /** Null where the role may not. */
  onCreate: (() => void) | null;
}

/** No licence has been issued yet, at all or in the environment of the top bar. */
export function NothingYet({ environment, onCreate }: NothingYetProps) {
  const where = environment ? ` in ${ENVIRONMENT_DETAILS[environment].label}` : "";
  return (
    <EmptyState
      icon={BadgeCheck}
      title={`No licences${where} yet`}
      text={
        onCreate
          ? "Issue one here, or let an integration with License Management do it through the API."
          : "An integration with License Management, or an operator here, can issue the first one."
      }
      action={
        onCreate && (
          <Button variant="primary" onClick={onCreate}>
            <Plus aria-hidden />
            Create the first licence
          </Button>
        )
      }
    />
  );
}
