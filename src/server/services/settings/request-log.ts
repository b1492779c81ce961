import type { RequestLogSettings } from "@/contracts/settings";
import type { DatabaseSession } from "@/server/database/session";
import { readSettings } from "./internal/stored";

/**
 * What the log keeps of each call, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readRequestLogSettings(scope: DatabaseSession): Promise<RequestLogSettings> {
  return readSettings(scope, "requestLog");
}
