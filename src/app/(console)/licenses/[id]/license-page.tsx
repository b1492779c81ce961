"use client";

import { useQueryStates } from "nuqs";
import type { Id } from "@/contracts/ids";
import { LicenseDetail } from "@/features/licenses/detail/license-detail";
import { activationsParsers } from "./search-params";

/** Joins the activations of a licence to the address bar. */
export function LicensePage({ id }: { id: Id<"lic"> }) {
  const [query, setQuery] = useQueryStates(activationsParsers);
  return (
    <LicenseDetail
      id={id}
      activations={query}
      // Another filter or page size starts again at the first page; only stepping through the pages is worth a step back.
      onActivations={(patch) =>
        void setQuery(
          { cursor: null, ...patch },
          { history: patch.cursor === undefined ? "replace" : "push" },
        )
      }
    />
  );
}
