import type { Retention } from "@/contracts/settings";
import type { DataScope } from "@/server/db/scope";
import { readSettings } from "./stored";

/**
 * For how long telemetry and logs are kept, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readRetention(scope: DataScope): Promise<Retention> {
  return readSettings(scope, "retention");
}
