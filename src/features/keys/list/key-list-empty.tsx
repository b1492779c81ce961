"use client";

import { KeyRound } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { roleAllows, whomToAsk } from "@/contracts/roles";
import { useRole } from "../use-role";

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
