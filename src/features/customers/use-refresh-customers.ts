import { useCallback } from "react";
import { trpc } from "@/trpc/client";

/** Makes everything that shows customers, or the record of what was done to them, ask the server again. */
export function useRefreshCustomers(): () => void {
  const utils = trpc.useUtils();
  return useCallback(() => {
    void utils.customers.invalidate();
    void utils.audit.invalidate();
    void utils.overview.invalidate();
  }, [utils]);
}
