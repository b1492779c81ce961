import { sql } from "drizzle-orm";
import { translateOutage } from "@/server/db/errors";
import type { ServiceContext } from "../context";

/**
 * One round trip to Postgres.
 * @throws AppError unavailable
 */
export async function pingDatabase(ctx: Pick<ServiceContext, "databases">): Promise<void> {
  await translateOutage(() => ctx.databases.owner.execute(sql`select 1`));
}
