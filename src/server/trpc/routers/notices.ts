import {
  changeNoticePreferencesSchema,
  listNoticesSchema,
  markNoticesReadSchema,
} from "@/contracts/schemas/notices";
import {
  changeNoticePreferences,
  countUnreadNotices,
  listNotices,
  markNoticesRead,
  readNoticePreferences,
} from "@/server/services/notices";
import { adminProcedure, router } from "../trpc";

/** What one is told, and how one wants to be told. */
export const noticesRouter = router({
  list: adminProcedure.input(listNoticesSchema).query(({ ctx, input }) => listNotices(ctx.service, input)),
  unread: adminProcedure.query(({ ctx }) => countUnreadNotices(ctx.service)),
  markRead: adminProcedure
    .input(markNoticesReadSchema)
    .mutation(({ ctx, input }) => markNoticesRead(ctx.service, input)),
  preferences: adminProcedure.query(({ ctx }) => readNoticePreferences(ctx.service)),
  changePreferences: adminProcedure
    .input(changeNoticePreferencesSchema)
    .mutation(({ ctx, input }) => changeNoticePreferences(ctx.service, input)),
});
