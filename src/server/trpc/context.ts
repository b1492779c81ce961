import { originOf, principalOf } from "@/server/auth/principal";
import type { AdminPrincipal } from "@/server/core/principal";
import type { Origin, Platform } from "@/server/platform";

/** What every procedure starts from. `principal` is null without a session. */
export interface TrpcContext {
  platform: Platform;
  origin: Origin;
  principal: AdminPrincipal | null;
}

/** The context of a request to the console, from its headers. */
export async function createTrpcContext(platform: Platform, headers: Headers): Promise<TrpcContext> {
  const origin = originOf(platform, headers);
  return { platform, origin, principal: await principalOf(platform, headers, origin) };
}
