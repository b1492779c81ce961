"use client";

import { KeyRound, Lock, SearchX } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { roleAllows } from "@/contracts/roles";
import { useRole } from "../use-role";
import { whomToAsk } from "../words";

/** There are keys, but none that the filters let through. */
export function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No key matches"
      text="No key has all that the search and the filters ask for."
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

/** A later page whose keys have all gone since it was asked for. */
export function NothingHere({ onFirstPage }: { onFirstPage: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="Nothing on this page"
      text="The keys that stood here have been deleted or no longer match."
      action={<Button onClick={onFirstPage}>First page</Button>}
    />
  );
}

interface NothingYetProps {
  environment: Environment | null;
  onCreate: () => void;
}

/** No key has been made yet, at all or in the environment of the top bar. */
export function NothingYet({ environment, onCreate }: NothingYetProps) {
  const mayCreate = roleAllows(useRole(), "keys:manage");
  const title = environment
    ? `No API keys in ${ENVIRONMENT_DETAILS[environment].label} yet`
    : "No API keys yet";
  const text = mayCreate
    ? "Create a key for an application, script or integration, and hand it over once."
    : `Your role does not create keys. Ask ${whomToAsk("keys:manage")}.`;
  return (
    <EmptyState
      icon={KeyRound}
      title={title}
      text={text}
      action={
        mayCreate && (
          <Button variant="primary" onClick={onCreate}>
            Create the first key
          </Button>
        )
      }
    />
  );
}

/** The server refuses the list to this administrator. */
export function NotAllowed() {
  return (
    <EmptyState
      icon={Lock}
      title="You may not see API keys"
      text={`Your role does not include them. Ask ${whomToAsk("keys:read")} to give you one that does.`}
    />
  );
}
