"use client";

import { BadgeCheck, Lock, Plus, SearchX } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { ROLE_DETAILS, rolesAllowing } from "@/contracts/roles";

const GRANTING = rolesAllowing("team:manage")
  .map((role) => ROLE_DETAILS[role].label.toLowerCase())
  .join(" or ");

/** There are licences, but none that the filters let through. */
export function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No licence matches"
      text="No licence has all that the search and the filters ask for."
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

/** A later page whose licences have all gone since it was asked for. */
export function NothingHere({ onFirstPage }: { onFirstPage: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="Nothing on this page"
      text="The licences that stood here have been deleted or no longer match."
      action={<Button onClick={onFirstPage}>First page</Button>}
    />
  );
}

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

/** The server refuses the list to this administrator. */
export function NotAllowed() {
  return (
    <Card>
      <EmptyState
        icon={Lock}
        title="Your role does not include licences"
        text={`An ${GRANTING} can give you a role that does.`}
      />
    </Card>
  );
}
