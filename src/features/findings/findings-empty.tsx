"use client";

import { CircleCheck, Lock, SearchX } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ROLE_DETAILS, rolesAllowing } from "@/contracts/roles";

/** There are findings, but none that the filters let through. */
export function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No finding matches"
      text="No finding has all that the filters ask for."
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

/** A later page whose findings have been settled since it was asked for. */
export function NothingHere({ onFirstPage }: { onFirstPage: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="Nothing on this page"
      text="The findings that stood here have been settled."
      action={<Button onClick={onFirstPage}>First page</Button>}
    />
  );
}

/** Nothing is wrong. */
export function NothingFound() {
  return (
    <EmptyState
      icon={CircleCheck}
      title="Nothing wants attention"
      text="No active key is unused, over-privileged, about to expire, or called from where it never was."
    />
  );
}

/** The server refuses the list to this administrator. */
export function NotAllowed() {
  const roles = rolesAllowing("keys:read").map((role) => ROLE_DETAILS[role].label);
  return (
    <Card>
      <EmptyState
        icon={Lock}
        title="You may not see findings"
        text={`They are for these roles: ${roles.join(", ")}. An owner can give you one of them.`}
      />
    </Card>
  );
}
