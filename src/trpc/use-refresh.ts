"use client";

import { useCallback } from "react";
import { trpc } from "./client";

/** What shows a noun beside its own pages, the audit of what was done to it, and the overview. */
const ALSO_SHOWN_BY = {
  customers: [],
  findings: [],
  jobs: [],
  keys: ["findings", "usage"],
  // Customers may be made along with a licence.
  licenses: ["customers"],
  settings: [],
} as const;

/** After something was done to a noun: makes everything that shows it ask the server again. */
export function useRefresh(noun: keyof typeof ALSO_SHOWN_BY): () => void {
  const utils = trpc.useUtils();
  return useCallback(() => {
    for (const router of [noun, ...ALSO_SHOWN_BY[noun], "audit", "overview"] as const) {
      void utils[router].invalidate();
    }
  }, [noun, utils]);
}
