import { eq } from "drizzle-orm";
import { type Retention, retentionSchema } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { settings } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";

const NAME = "retention";

/**
 * For how long telemetry and logs are kept, as set or by default.
 * @throws ZodError for a stored row that is wrong: what is to be kept must not be guessed, least of all as less
 */
export async function readRetention(ctx: ServiceContext): Promise<Retention> {
  authorize(ctx, "settings:manage");
  const [row] = await withDatabase(ctx, (db) =>
    db.select({ value: settings.value }).from(settings).where(eq(settings.name, NAME)),
  );
  return retentionSchema.parse(row?.value ?? {});
}
