import type { Retention } from "@/contracts/settings";
import type { ServiceContext } from "../context";
import { readSettings } from "./stored";

/**
 * For how long telemetry and logs are kept, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readRetention(ctx: ServiceContext): Promise<Retention> {
  return readSettings(ctx, "retention");
}
