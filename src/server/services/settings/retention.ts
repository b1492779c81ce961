import type { Retention } from "@/contracts/settings";
import type { DatabaseSession } from "@/server/database/session";
import { readSettings } from "./internal/stored";

/**
 * For how long telemetry and logs are kept, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readRetention(scope: DatabaseSession): Promise<Retention> {
  return readSettings(scope, "retention");
}
