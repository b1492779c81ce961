/** How a check came out: fine; works, but should be changed; does not work, or not safely. */
export type CheckState = "ok" | "warning" | "error";

/** What a check of an installation found. */
export interface CheckResult {
  /** What was checked, in a word or two. */
  check: string;
  state: CheckState;
  /** One sentence: what is so. */
  says: string;
  /** What to do about it, with the exact setting, command or statements; null where all is well. */
  cure: string | null;
}
