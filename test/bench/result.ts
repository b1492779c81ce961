/** A measured figure next to what performance.md asks for: a ratio, where more is better, or a cost, where less is. */
export interface Result {
  what: string;
  figure: number;
  /** Of the figure; none: a ratio. */
  unit?: "us" | "ms" | "s" | "MiB" | "kB" | "/s" | "calls";
  bar: number;
  aim: number;
  /** Default: ratio. */
  kind?: "ratio" | "cost";
  /** What stands behind the figure: both sides of a ratio, how much was measured. */
  detail: string;
}

/** What a benchmark has left: its results, and why it has no others. */
export interface Outcome {
  benchmark: string;
  seconds: number;
  /** The version of Postgres that it ran on; null: it did not start. */
  postgres: string | null;
  results: Result[];
  /** Why it did not come to its end. */
  failure: string | null;
}

/** How a figure stands to its bar and aim. */
export function verdictOf({ figure, bar, aim, kind }: Result): "pass, aim reached" | "pass" | "FAIL" {
  const reaches = (mark: number) => (kind === "cost" ? figure <= mark : figure >= mark);
  return reaches(aim) ? "pass, aim reached" : reaches(bar) ? "pass" : "FAIL";
}

/** How often a figure fits into its bar: below 1 it has missed it. */
export function shareOfBar({ figure, bar, kind }: Result): number {
  return kind === "cost" ? bar / figure : figure / bar;
}

/** Three figures are as many as a run can tell, and no fewer than it has. */
export function shown(figure: number, unit: Result["unit"]): string {
  if (!Number.isFinite(figure)) return "none";
  const digits = Math.abs(figure) >= 100 ? 0 : Math.abs(figure) >= 10 ? 1 : 2;
  const number = Number(figure.toFixed(digits)).toLocaleString("en");
  return unit === undefined ? `${number}x` : unit === "/s" ? `${number}/s` : `${number} ${unit}`;
}
