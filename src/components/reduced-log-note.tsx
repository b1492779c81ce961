import type { ReactNode } from "react";
import { MIB } from "@/contracts/bounds";
import type { LogDetail, LogState } from "@/contracts/requests";
import { Note } from "./note";

const NEAR = "The log of today nears what a day may take on disk.";
const DISK = "The disk is nearly full. Calls go on and are counted; they have rows again once there is room.";

/** What is left out, and why. Ends by itself: with the UTC day, or once there is room. */
const WORDS: Record<"budget" | "disk", Record<Exclude<LogDetail, "everything">, string>> = {
  budget: {
    known_keys: `${NEAR} Calls without a known key are only counted until midnight UTC.`,
    facts: `${NEAR} Calls without a known key are only counted until midnight UTC, and no headers or bodies are kept.`,
    counts:
      "The log of today has taken what a day may take on disk. All calls are only counted until midnight UTC.",
  },
  disk: { known_keys: DISK, facts: DISK, counts: DISK },
};

interface ReducedLogNoteProps {
  state: LogState;
  /** Where more room can be given. */
  children?: ReactNode;
  className?: string;
}

/** Says that the log keeps less than every call; nothing while it keeps them all. */
export function ReducedLogNote({ state, children, className }: ReducedLogNoteProps) {
  if (state.keeps === "everything") return null;
  const because = state.because ?? "budget";
  return (
    <Note tone="warn" className={className}>
      {WORDS[because][state.keeps]} {because === "budget" && `${budgetText(state)}.`} {children}
    </Note>
  );
}

const megabytes = (bytes: number) => Math.round(bytes / MIB).toLocaleString("en");

/** "12 of 512 MB today": in the megabytes in which the budget is set, which are those of 1,048,576 bytes. */
export function budgetText({ dayBytes, budgetBytes }: LogState): string {
  return budgetBytes === null
    ? `${megabytes(dayBytes)} MB today`
    : `${megabytes(dayBytes)} of ${megabytes(budgetBytes)} MB today`;
}
