"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import type { NoticeView } from "@/contracts/notices";
import { cn } from "@/lib/cn";

type Column = DataTableColumn<NoticeView>;

/** Marks a notice as read, unless it is. */
export type MarkRead = (notice: NoticeView) => void;

/** On a wide screen. */
export function noticeColumns(markRead: MarkRead): Column[] {
  return [
    { id: "notice", header: "Notice", grow: true, cell: (notice) => <NoticeText notice={notice} /> },
    {
      id: "environment",
      header: "Environment",
      from: 720,
      cell: ({ environment }) => environment && <EnvironmentBadge value={environment} />,
    },
    {
      id: "when",
      header: "When",
      className: "w-32",
      cell: ({ createdAt }) => <Timestamp value={createdAt} className="text-ink-2" />,
    },
    {
      id: "actions",
      header: <span className="sr-only">Actions</span>,
      className: "w-1",
      cell: (notice) => <NoticeActions notice={notice} markRead={markRead} />,
    },
  ];
}

/** On a phone: everything about a notice in one cell. */
export function narrowNoticeColumns(markRead: MarkRead): Column[] {
  return [
    {
      id: "notice",
      header: "Notice",
      cell: (notice) => (
        <div className="grid gap-2 whitespace-normal pt-1 pb-3">
          <NoticeText notice={notice} />
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            {notice.environment && <EnvironmentBadge value={notice.environment} />}
            <Timestamp value={notice.createdAt} className="text-ink-2" />
          </div>
          <NoticeActions notice={notice} markRead={markRead} />
        </div>
      ),
    },
  ];
}

function NoticeText({ notice: { title, text, readAt } }: { notice: NoticeView }) {
  return (
    <div className="flex min-w-0 max-w-180 items-start gap-2.5 whitespace-normal py-2">
      <span
        aria-hidden
        className={cn("mt-1.5 size-2 shrink-0 rounded-full", readAt ? "bg-transparent" : "bg-accent")}
      />
      <div className="min-w-0">
        <p className={cn("break-words", !readAt && "font-medium")}>
          {!readAt && <span className="sr-only">Unread: </span>}
          {title}
        </p>
        <p className="break-words text-pretty text-ink-2 text-sm">{text}</p>
      </div>
    </div>
  );
}

function NoticeActions({ notice, markRead }: { notice: NoticeView; markRead: MarkRead }) {
  const { title, action, readAt } = notice;
  return (
    <div className="flex flex-row-reverse flex-wrap items-center justify-end gap-1 @min-[560px]/table:flex-col @min-[560px]/table:items-end @min-[980px]/table:flex-row @min-[980px]/table:flex-nowrap">
      {!readAt && (
        <Button
          variant="ghost"
          size="sm"
          aria-label={`Mark as read: ${title}`}
          onClick={() => markRead(notice)}
        >
          Mark as read
        </Button>
      )}
      <Button asChild size="sm">
        <Link href={action.path} aria-label={`${action.label}: ${title}`} onClick={() => markRead(notice)}>
          {action.label}
        </Link>
      </Button>
    </div>
  );
}
