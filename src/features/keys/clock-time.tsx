"use client";

import { useTimeZone } from "@/components/session-context";
import { withOffset, zonedFormat } from "@/lib/zoned-time";

const weekdayAndTime = withOffset(zonedFormat({ weekday: "short", hour: "2-digit", minute: "2-digit" }));

/** A time within the next days, such as "Tue 14:05 UTC". */
export function ClockTime({ value }: { value: string }) {
  return <time dateTime={value}>{weekdayAndTime(Date.parse(value), useTimeZone())}</time>;
}
