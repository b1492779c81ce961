import { useCallback } from "react";
import { trpc } from "@/trpc/client";

/** Makes everything on the page that shows keys, their history, or what follows from both, ask the server again. */
export function useRefreshKeys(): () => void {
  const utils = trpc.useUtils();
  return useCallback(() => {
    void utils.keys.invalidate();
    void utils.audit.invalidate();
    void utils.findings.invalidate();
    void utils.usage.trim.invalidate();
    void utils.usage.secrets.invalidate();
    void utils.overview.invalidate();
  }, [utils]);
}
