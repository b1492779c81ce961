"use client";

import { useSyncExternalStore } from "react";
import { useRenderedAt } from "@/components/clock-context";
import { clockNow, subscribeToClock } from "./clock";

/** Whether the clock has come within `ahead` milliseconds of the instant, or past it. Null is never reached. */
export function useReached(instant: string | null, ahead = 0): boolean {
  const renderedAt = useRenderedAt();
  const reached = (now: number) => instant !== null && Date.parse(instant) - ahead <= now;
  return useSyncExternalStore(
    subscribeToClock,
    () => reached(clockNow()),
    () => reached(renderedAt),
  );
}
