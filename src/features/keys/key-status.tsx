"use client";

import { Badge } from "@/components/badge";
import { RelativeText } from "@/components/timestamp";
import { DAY_MS } from "@/contracts/durations";
import { EXPIRY_FILTERS, type KeyStatus, type KeyView } from "@/contracts/keys";
import { useReached } from "@/lib/use-reached";
import { ClockTime } from "./clock-time";

const STATUSES = {
  active: { label: "Active", tone: "ok" },
  inactive: { label: "Inactive", tone: "idle" },
  expired: { label: "Expired", tone: "bad" },
} as const satisfies Record<KeyStatus, { label: string; tone: string }>;

/** The word for a status. */
export function statusLabel(status: KeyStatus): string {
  return STATUSES[status].label;
}

type StatusFacts = Pick<KeyView, "status" | "expiresAt" | "overlapUntil">;

/** Status of a key as the server told it, and kept true while the page stays open past the key's expiry. */
export function KeyStatusBadge({ value }: { value: StatusFacts }) {
  const expired = useReached(value.expiresAt);
  const { label, tone } = STATUSES[value.status === "active" && expired ? "expired" : value.status];
  return <Badge tone={tone}>{label}</Badge>;
}

const SOON_MS = EXPIRY_FILTERS.within14Days.days * DAY_MS;

interface KeyStatusNotesProps {
  value: StatusFacts;
  /** Where there is room for one line only: what ends sooner. */
  single?: boolean;
  className?: string;
}

/** What is about to change by itself: the end of an overlap, an expiry within two weeks. Nothing, mostly. */
export function KeyStatusNotes({ value, single = false, className }: KeyStatusNotesProps) {
  const expired = useReached(value.expiresAt);
  const expiresSoon = useReached(value.expiresAt, SOON_MS);
  const overlapOver = useReached(value.overlapUntil);
  // Of a key that does not work, neither secret does; there is nothing to look forward to.
  if (value.status !== "active" || expired) return null;
  const inOverlap = value.overlapUntil !== null && !overlapOver;
  return (
    <>
      {value.overlapUntil && inOverlap && (
        <span className={className}>
          overlap until <ClockTime value={value.overlapUntil} />
        </span>
      )}
      {value.expiresAt && expiresSoon && !(single && inOverlap) && (
        <span className={className}>
          expires <RelativeText value={value.expiresAt} />
        </span>
      )}
    </>
  );
}
