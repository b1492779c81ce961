/** A change that no test can notice, or that need not be. */
export interface Survivor {
  file: string;
  /** The line of code that is changed, without its indentation. */
  line: string;
  /** What stands in the place of a part of it. */
  replacement: string;
  /** Why it may live on. */
  reason: string;
}

export const SURVIVORS: readonly Survivor[] = [];
