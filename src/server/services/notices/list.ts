import { and, isNull } from "drizzle-orm";
import type { ConsolePage } from "@/contracts/lists";
import { noticeWords } from "@/contracts/notice-words";
import type { NoticeFacts, NoticeView } from "@/contracts/notices";
import { type ListNoticesInput, listNoticesSchema } from "@/contracts/schemas/notices";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { notices } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { ownNotices } from "./internal/own";

/** What one was told, the newest first, a page at a time. */
export async function listNotices(
  ctx: ServiceContext,
  given: ListNoticesInput,
): Promise<ConsolePage<NoticeView>> {
  authorize(ctx, "profile:manage");
  const input = parse(listNoticesSchema, given);
  const list = keyset(input, { id: notices.id, ids: "ntc" });
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(notices)
      .where(and(ownNotices(ctx), input.unread ? isNull(notices.readAt) : undefined, list.beyond))
      .orderBy(...list.orderBy)
      .limit(list.rows),
  );
  return list.page(rows, viewOf);
}

function viewOf({
  id,
  kind,
  environment,
  facts,
  createdAt,
  readAt,
}: typeof notices.$inferSelect): NoticeView {
  return {
    id,
    kind,
    environment,
    // Written by notify() alone.
    ...noticeWords(facts as unknown as NoticeFacts),
    createdAt: createdAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
  };
}
