"use client";

import { useSyncExternalStore } from "react";
import { subscribeToNothing } from "@/lib/subscribe-to-nothing";

function formatter(timeZone: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit", timeZone });
}

/** A time within the next days, such as "Tue 14:05", in the reader's zone; in UTC, and saying so, until that is known. */
export function ClockTime({ value }: { value: string }) {
  const at = Date.parse(value);
  const text = useSyncExternalStore(
    subscribeToNothing,
    () => formatter(undefined).format(at),
    () => `${formatter("UTC").format(at)} UTC`,
  );
  return <time dateTime={value}>{text}</time>;
}
