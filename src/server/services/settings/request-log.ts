import { eq } from "drizzle-orm";
import { type RequestLogSettings, requestLogSchema } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { settings } from "@/server/db/schema";
import { type DataScope, withDatabase } from "@/server/db/scope";

const NAME = "requestLog";

/**
 * What the log keeps of each call, as set or by default.
 * @throws ZodError for a stored row that is wrong
 */
export async function readRequestLogSettings(scope: DataScope): Promise<RequestLogSettings> {
  authorize(scope, "settings:manage");
  const [row] = await withDatabase(scope, (db) =>
    db.select({ value: settings.value }).from(settings).where(eq(settings.name, NAME)),
  );
  return requestLogSchema.parse(row?.value ?? {});
}
