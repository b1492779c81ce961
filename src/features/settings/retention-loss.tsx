"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { Note } from "@/components/note";
import type { Retention } from "@/contracts/schemas/settings";
import type { DroppedDays, RetentionDryRun } from "@/contracts/settings";
import { byteSize } from "@/lib/byte-size";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";

/** The kinds that have a retention, as people call them, and what is left of a day that was dropped. */
export const RETENTION_KINDS = {
  logDays: {
    label: "Log of API calls",
    short: "the log",
    stays: "Figures per hour stay, and with them usage, charts and findings.",
  },
  telemetryDays: {
    label: "Telemetry events",
    short: "telemetry",
    stays: "Figures per day stay, and with them the chart.",
  },
} as const satisfies Record<keyof Retention, unknown>;

export type RetentionKind = keyof typeof RETENTION_KINDS;
export const RETENTION_KIND_NAMES = Object.keys(RETENTION_KINDS) as RetentionKind[];

interface RetentionPreviewProps {
  kind: RetentionKind;
  /** Null while something is wrong. */
  wanted: Retention | null;
  stored: Retention;
}

/** What the next maintenance would drop of one kind, while it is edited. */
export function RetentionPreview({ kind, wanted, stored }: RetentionPreviewProps) {
  const differs = wanted !== null && wanted[kind] !== stored[kind];
  const dryRun = trpc.settings.tryRetention.useQuery(wanted ?? stored, {
    enabled: differs,
    placeholderData: (before) => before,
  });
  if (!differs) return null;
  if (dryRun.error) return <ErrorNotice error={dryRun.error} onRetry={() => void dryRun.refetch()} />;
  const dropped = dryRun.data?.[kind];
  if (!dropped) return null;
  const { short } = RETENTION_KINDS[kind];
  return dropped.days.length === 0 ? (
    <Note>The next maintenance would drop nothing of {short}.</Note>
  ) : (
    <Note tone="warn">
      The next maintenance would drop of {short}: {droppedText(dropped)}.
    </Note>
  );
}

interface KeepLessDialogProps {
  dryRun: RetentionDryRun;
  /** What was changed. */
  kinds: readonly RetentionKind[];
  onConfirm: () => void;
  onClose: () => void;
  pending: boolean;
  error: unknown;
}

/** Asks before days are dropped that would have been kept, and says which. */
export function KeepLessDialog({ dryRun, kinds, onConfirm, onClose, pending, error }: KeepLessDialogProps) {
  const dropping = kinds.filter((kind) => dryRun[kind].days.length > 0);
  return (
    <ConfirmDialog
      onClose={onClose}
      title="Keep less?"
      confirmLabel="Save and drop"
      typedName="drop"
      onConfirm={onConfirm}
      pending={pending}
      error={error}
    >
      <p>The next maintenance, within ten minutes, drops</p>
      <ul className="list-disc space-y-1 pl-5">
        {dropping.map((kind) => (
          <li key={kind}>
            of {RETENTION_KINDS[kind].short}: <span className="text-ink">{droppedText(dryRun[kind])}</span>
          </li>
        ))}
      </ul>
      <p>
        What is dropped cannot be brought back.{" "}
        {dropping.map((kind) => RETENTION_KINDS[kind].stays).join(" ")}
      </p>
    </ConfirmDialog>
  );
}

/** "14 days (2026-10-11 to 2026-10-24), 3.1 MB, about 12,400 rows as Postgres estimates". */
function droppedText({ days, bytes, ...rows }: DroppedDays): string {
  const [first] = days;
  const last = days.at(-1);
  const span = first === last ? first : `${first} to ${last}`;
  return `${count(days.length, "day")} (${span}), ${byteSize(bytes)}, ${rowsText(rows)}`;
}

/** The estimate, named as one, and what it leaves out. */
function rowsText({
  estimatedRows,
  unestimatedDays,
}: Pick<DroppedDays, "estimatedRows" | "unestimatedDays">): string {
  const without = `without ${count(unestimatedDays, "day")} that it has not looked at yet`;
  if (estimatedRows > 0) {
    const estimate = `about ${estimatedRows.toLocaleString("en")} rows as Postgres estimates`;
    return unestimatedDays > 0 ? `${estimate}, ${without}` : estimate;
  }
  return unestimatedDays > 0 ? "rows that Postgres has not estimated yet" : "no rows";
}
