"use client";

import { History, Lock, SearchX } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { ROLE_DETAILS, rolesAllowing } from "@/contracts/roles";

const GRANTING = rolesAllowing("team:manage")
  .map((role) => ROLE_DETAILS[role].label.toLowerCase())
  .join(" or ");

/** There are changes, but none that the filters let through. */
export function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No change matches"
      text="No change on record has all that the search and the filters ask for."
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

/** A page behind the last one. */
export function NothingHere({ onFirstPage }: { onFirstPage: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="Nothing on this page"
      text="The list ends before it."
      action={<Button onClick={onFirstPage}>First page</Button>}
    />
  );
}

/** Nothing has been changed yet in the environment of the top bar. */
export function NothingYet({ environment }: { environment: Environment | null }) {
  const where = environment ? ` in ${ENVIRONMENT_DETAILS[environment].label}` : "";
  return (
    <EmptyState
      icon={History}
      title={`No changes${where} yet`}
      text="Create a key or a customer: every change that administrators make is recorded here."
    />
  );
}

/** The server refuses the list to this administrator. */
export function NotAllowed() {
  return (
    <Card>
      <EmptyState
        icon={Lock}
        title="Your role does not include the audit"
        text={`An ${GRANTING} can give you a role that does.`}
      />
    </Card>
  );
}
