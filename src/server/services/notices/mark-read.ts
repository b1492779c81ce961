import { and, inArray, isNull } from "drizzle-orm";
import type { z } from "zod";
import { markNoticesReadSchema } from "@/contracts/schemas/notices";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { notices } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { ownNotices } from "./internal/own";

/**
 * Marks notices of one's own as read: those named, or all. What is not one's own is passed over, as if it were not there.
 * @returns how many were unread
 */
export async function markNoticesRead(
  ctx: ServiceContext,
  input: z.input<typeof markNoticesReadSchema>,
): Promise<{ read: number }> {
  authorize(ctx, "profile:manage");
  const { ids } = parse(markNoticesReadSchema, input);
  const marked = await withTransaction(ctx, ({ tx }) =>
    tx
      .update(notices)
      .set({ readAt: ctx.clock.now() })
      .where(and(ownNotices(ctx), isNull(notices.readAt), ids ? inArray(notices.id, ids) : undefined))
      .returning({ id: notices.id }),
  );
  return { read: marked.length };
}
