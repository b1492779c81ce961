import { useCallback } from "react";
import { trpc } from "@/trpc/client";

/** Makes everything that shows settings, or the record of their changes, ask the server again. */
export function useRefreshSettings(): () => void {
  const utils = trpc.useUtils();
  return useCallback(() => {
    void utils.settings.invalidate();
    void utils.audit.invalidate();
    void utils.overview.invalidate();
  }, [utils]);
}
