"use client";

import { useEffect } from "react";
import { MINUTE_MS } from "@/contracts/durations";

/** Who has pressed, typed or scrolled nothing for so long is not at the page: pages ask by themselves every minute at most. */
const ATTENDED_MS = MINUTE_MS;

const SIGNS = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/** By the clock that only goes forward. Somebody has just opened the page. */
let attendedAt = 0;

/** Whether nobody has been at the page for a while, so that what is asked for is asked for by the page itself. */
export function isUnattended(): boolean {
  return performance.now() - attendedAt > ATTENDED_MS;
}

/** Notices when somebody is at the page. */
export function useAttendance(): void {
  useEffect(() => {
    const attend = () => {
      attendedAt = performance.now();
    };
    attend();
    for (const sign of SIGNS) window.addEventListener(sign, attend, { capture: true, passive: true });
    return () => {
      for (const sign of SIGNS) window.removeEventListener(sign, attend, { capture: true });
    };
  }, []);
}
