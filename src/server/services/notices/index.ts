export { changeNoticePreferences } from "./change-preferences";
export { countUnreadNotices } from "./count-unread";
export { findDueNotices } from "./find-due";
export { listNotices } from "./list";
export { markNoticesRead } from "./mark-read";
export { type Audience, type NewNotice, notify, settleNotices } from "./notify";
export { readNoticePreferences } from "./preferences";
export { purgeNotices } from "./purge";
export { sendSummaries } from "./send-summaries";
