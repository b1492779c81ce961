"use client";

import { useSyncExternalStore } from "react";
import type { Deployment } from "@/contracts/sessions";
import { subscribeToNothing } from "./subscribe-to-nothing";

/**
 * Where the public API is reached: the public URL where the operator has set one, and else the address by which this very
 * page was opened, which works from here; what the server takes for its address is then a guess, `localhost` mostly.
 */
export function useApiOrigin({ baseUrl, hasPublicUrl }: Deployment): string {
  return useSyncExternalStore(
    subscribeToNothing,
    () => (hasPublicUrl ? baseUrl : window.location.origin),
    () => baseUrl,
  );
}
