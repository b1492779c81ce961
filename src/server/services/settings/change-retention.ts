import type { Retention } from "@/contracts/settings";
import type { ServiceContext } from "../context";
import { changeSettings } from "./internal/stored";

/** Sets for how long telemetry and logs are kept. Drops nothing by itself: the next maintenance does. */
export function changeRetention(ctx: ServiceContext, changes: Partial<Retention>): Promise<Retention> {
  return changeSettings(ctx, "retention", changes);
}
