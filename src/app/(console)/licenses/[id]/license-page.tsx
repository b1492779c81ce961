"use client";

import type { Id } from "@/contracts/ids";
import { LicenseDetail } from "@/features/licenses/detail/license-detail";
import { useListQuery } from "@/lib/use-list-query";
import { activationsParsers } from "./search-params";

/** Joins the activations of a licence to the address bar. */
export function LicensePage({ id }: { id: Id<"lic"> }) {
  const [query, change] = useListQuery(activationsParsers);
  return <LicenseDetail id={id} activations={query} onActivations={change} />;
}
