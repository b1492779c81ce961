import { useCallback } from "react";
import { trpc } from "@/trpc/client";

/** Makes everything that shows customers, or counts what was changed, ask the server again. */
export function useRefreshCustomers(): () => void {
  const utils = trpc.useUtils();
  return useCallback(() => {
    void utils.customers.invalidate();
    void utils.overview.invalidate();
  }, [utils]);
}
