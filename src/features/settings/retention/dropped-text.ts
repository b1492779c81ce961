import type { DroppedDays, Retention } from "@/contracts/settings";
import { byteSize } from "@/lib/byte-size";

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

/** "14 days". */
export function daysText(days: number): string {
  return `${days.toLocaleString("en")} ${days === 1 ? "day" : "days"}`;
}

/** "14 days (2026-10-11 to 2026-10-24), 3.1 MB, about 12,400 rows as Postgres estimates". */
export function droppedText({ days, bytes, ...rows }: DroppedDays): string {
  const [first] = days;
  const last = days.at(-1);
  const span = first === last ? first : `${first} to ${last}`;
  return `${daysText(days.length)} (${span}), ${byteSize(bytes)}, ${rowsText(rows)}`;
}

/** The estimate, named as one, and what it leaves out. */
function rowsText({
  estimatedRows,
  unestimatedDays,
}: Pick<DroppedDays, "estimatedRows" | "unestimatedDays">): string {
  const without = `without ${daysText(unestimatedDays)} that it has not looked at yet`;
  if (estimatedRows > 0) {
    const estimate = `about ${estimatedRows.toLocaleString("en")} rows as Postgres estimates`;
    return unestimatedDays > 0 ? `${estimate}, ${without}` : estimate;
  }
  return unestimatedDays > 0 ? "rows that Postgres has not estimated yet" : "no rows";
}
