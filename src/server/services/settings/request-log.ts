import type { RequestLogSettings } from "@/contracts/settings";
import type { DataScope } from "@/server/db/scope";
import { readSettings } from "./stored";

/**
 * What the log keeps of each call, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export function readRequestLogSettings(scope: DataScope): Promise<RequestLogSettings> {
  return readSettings(scope, "requestLog");
}
