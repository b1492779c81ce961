import type { RequestLogSettings } from "@/contracts/settings";
import type { ServiceContext } from "../context";
import { changeSettings } from "./internal/stored";

/** Sets what the log keeps of the calls to come. Every process follows within five seconds; what was kept before stays. */
export function changeRequestLogSettings(
  ctx: ServiceContext,
  changes: Partial<RequestLogSettings>,
): Promise<RequestLogSettings> {
  return changeSettings(ctx, "requestLog", changes);
}
