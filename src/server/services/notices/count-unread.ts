import { and, isNull, sql } from "drizzle-orm";
import { UNREAD_CAP } from "@/contracts/notices";
import { authorize } from "@/server/core/authorize";
import { notices } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { ownNotices } from "./internal/own";

/** How many of one's own notices are unread; one more than the cap means that there are more. */
export async function countUnreadNotices(ctx: ServiceContext): Promise<{ unread: number }> {
  authorize(ctx, "profile:manage");
  return withDatabase(ctx, async (db) => {
    const unread = db
      .select({ id: notices.id })
      .from(notices)
      .where(and(ownNotices(ctx), isNull(notices.readAt)))
      .limit(UNREAD_CAP + 1)
      .as("unread");
    const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(unread);
    return { unread: row?.count ?? 0 };
  });
}
