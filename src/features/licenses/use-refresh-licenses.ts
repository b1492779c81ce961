import { useCallback } from "react";
import { trpc } from "@/trpc/client";

/** Makes everything that shows licences, their history, or customers made along with them, ask the server again. */
export function useRefreshLicenses(): () => void {
  const utils = trpc.useUtils();
  return useCallback(() => {
    void utils.licenses.invalidate();
    void utils.customers.list.invalidate();
    void utils.audit.invalidate();
    void utils.overview.invalidate();
  }, [utils]);
}
