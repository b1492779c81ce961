"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { SingleFilterChip } from "@/components/filter-chip";
import { Link } from "@/components/link";
import { ListSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { PagedTable } from "@/components/paged-table";
import { Button } from "@/components/ui/button";
import { toast, toastFailure } from "@/components/ui/toast";
import { useListState } from "@/lib/use-list-state";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { useRefresh } from "@/trpc/use-refresh";
import { type MarkRead, narrowNoticeColumns, noticeColumns } from "./notice-columns";
import { type NoticeListState, noticeInput, noticeList } from "./notice-list-state";

const HEADING = {
  title: "Notices",
  sub: "What happened to your keys, jobs and sign-ins. Yours alone, kept for 180 days.",
};

/** What one was told, the newest first, each with the way to what can be done about it. */
export function NoticesScreen() {
  const list = useListState(noticeList);
  const refresh = useRefresh("notices");
  const mark = trpc.notices.markRead.useMutation({ onError: toastFailure, onSettled: refresh });
  const markRead: MarkRead = ({ id, readAt }) => {
    if (!readAt) mark.mutate({ ids: [id] });
  };
  const page = trpc.notices.list.useQuery(noticeInput(list.state), { placeholderData: keepPreviousData });
  return (
    <>
      <PageHeader
        {...HEADING}
        actions={
          <>
            <Button asChild>
              <Link href="/profile#notices">Choose what you get</Link>
            </Button>
            <MarkAllRead />
          </>
        }
      />
      <PagedTable
        label="Notices"
        columns={noticeColumns(markRead)}
        narrowColumns={narrowNoticeColumns(markRead)}
        list={list}
        page={page}
        noun="notice"
        filters={<Filters list={list} />}
        rowKey={({ id }) => id}
        empty={<NothingTold />}
        noMatch={
          <EmptyState
            icon={Bell}
            title="All read"
            text="There is no unread notice."
            action={<Button onClick={list.clear}>Show all</Button>}
          />
        }
      />
    </>
  );
}

const UNREAD_OPTIONS = [{ value: "unread", label: "Unread" }] as const;

function Filters({ list: { state, change } }: { list: NoticeListState }) {
  return (
    <SingleFilterChip
      label="State"
      options={UNREAD_OPTIONS}
      value={state.unread ? "unread" : null}
      onChange={(unread) => change({ unread: unread !== null })}
    />
  );
}

function MarkAllRead() {
  const refresh = useRefresh("notices");
  const mark = trpc.notices.markRead.useMutation({
    onSuccess: ({ read }) =>
      toast({ text: read === 0 ? "All were read already." : `Marked ${count(read, "notice")} as read.` }),
    onError: toastFailure,
    onSettled: refresh,
  });
  return (
    <Button pending={mark.isPending} onClick={() => mark.mutate({ ids: null })}>
      Mark all as read
    </Button>
  );
}

function NothingTold() {
  return (
    <EmptyState
      icon={Bell}
      title="No notices yet"
      text="You are told here before a key of yours expires, when one is used from a new network, when a job fails, and when you sign in from a new device."
    />
  );
}

/** Holds the place of the page while the server draws it. */
export function NoticesSkeleton() {
  return (
    <ListSkeleton
      heading={HEADING}
      label="Notices"
      columns={noticeColumns(() => {})}
      narrowColumns={narrowNoticeColumns(() => {})}
    />
  );
}
