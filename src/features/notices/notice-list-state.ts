import { off } from "@/lib/address-field";
import { defineListState, type ListPosition } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The notices, in the address bar. */
export const noticeList = defineListState({ filters: { unread: off } });

export type NoticeListState = ListStateOf<typeof noticeList>;

/** What is asked of the procedure. Notices are one's own, of every environment, whichever the top bar shows. */
export function noticeInput({ unread, limit, cursor }: ListPosition & { unread: boolean }) {
  return { unread, limit, cursor };
}
