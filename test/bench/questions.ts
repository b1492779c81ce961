import { median } from "./median";
import { type Result, shown } from "./result";

/** A question that was asked, and how long its answer took. */
export interface Asked {
  question: string;
  ms: number;
  /** Why there was no answer, mostly the database's own limit: it takes longer than `ms`. */
  failure: string | null;
}

/** Asks each some times, after once that does not count: the medians, the slowest first. */
export async function askAll(
  questions: Readonly<Record<string, () => Promise<unknown>>>,
  rounds: number,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const [question, ask] of Object.entries(questions))
    asked.push({ question, ...(await timed(ask, rounds)) });
  return asked.sort((one, other) => other.ms - one.ms);
}

async function timed(ask: () => Promise<unknown>, rounds: number): Promise<Omit<Asked, "question">> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const failure = await ask().then(
      () => null,
      (error: unknown) => String(error),
    );
    const ms = performance.now() - start;
    if (failure !== null) return { ms, failure };
    if (round > 0) times.push(ms);
  }
  return { ms: median(times), failure: null };
}

/** So many that miss the bar are named. */
const NAMED = 5;

/** The slowest of the questions as a figure, and beside it those that miss the bar. */
export function slowestOf(what: string, asked: readonly Asked[], bar: number, aim: number): Result {
  const told = ({ question, ms, failure }: Asked) =>
    `${question}: ${shown(ms, "ms")}${failure ? `, ${failure}` : ""}`;
  const over = asked.filter(({ ms, failure }) => ms > bar || failure !== null);
  const [slowest] = asked;
  const named = over.slice(0, NAMED).map(told).join("; ");
  const rest = over.length > NAMED ? `; and ${over.length - NAMED} more` : "";
  return {
    what,
    // One without an answer has no time.
    figure: asked.some(({ failure }) => failure !== null) ? Number.NaN : (slowest?.ms ?? Number.NaN),
    unit: "ms",
    bar,
    aim,
    kind: "cost",
    detail: `${asked.length} asked; ${over.length > 0 ? `${over.length} over the bar: ${named}${rest}` : `slowest: ${slowest ? told(slowest) : "none"}`}`,
  };
}
