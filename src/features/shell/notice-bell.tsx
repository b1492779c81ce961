"use client";

import { Bell } from "lucide-react";
import { Link } from "@/components/link";
import { Button } from "@/components/ui/button";
import { UNREAD_CAP } from "@/contracts/notices";
import { trpc } from "@/trpc/client";

/** Asked for again so often while the page is looked at. Urgent notices come by mail as well. */
const ASK_EVERY_MS = 60_000;

/** How many notices are unread, and the way to them. */
export function NoticeBell() {
  const { data } = trpc.notices.unread.useQuery(undefined, { refetchInterval: ASK_EVERY_MS });
  const unread = data?.unread ?? 0;
  const shown = unread > UNREAD_CAP ? `${UNREAD_CAP}+` : String(unread);
  return (
    <Button asChild variant="ghost" size="icon">
      <Link
        href="/notices"
        className="relative"
        aria-label={unread > 0 ? `Notices, ${shown} unread` : "Notices"}
      >
        <Bell aria-hidden />
        {unread > 0 && (
          <span
            aria-hidden
            data-testid="unread-notices"
            className="absolute -top-0.5 left-4 flex h-4 min-w-4 items-center justify-center rounded-full border border-surface bg-accent px-1 font-semibold text-[10px] text-accent-ink tabular-nums leading-none"
          >
            {shown}
          </span>
        )}
      </Link>
    </Button>
  );
}
