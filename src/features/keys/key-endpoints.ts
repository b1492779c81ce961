import type { Id } from "@/contracts/ids";
import { MAX_WEBHOOK_ENDPOINTS } from "@/contracts/webhooks";

/** What the endpoints that a key has set up are asked with, on the server and in the browser alike: all there can be in its environment. */
export function keyEndpointsInput(setUpByKey: Id<"key">) {
  return { setUpByKey, limit: MAX_WEBHOOK_ENDPOINTS } as const;
}
