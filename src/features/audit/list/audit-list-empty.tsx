"use client";

import { History } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";

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
