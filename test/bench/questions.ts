import { median } from "./median";
import { type Result, shown } from "./result";

/** A question that was asked, and how long its answer took. */
export interface Asked {
  question: string;
  ms: number;
  /** False: given up, mostly by the database's own limit; it takes longer than `ms`. */
  isAnswered: boolean;
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
    const isAnswered = await ask().then(
      () => true,
      () => false,
    );
    const ms = performance.now() - start;
    if (!isAnswered) return { ms, isAnswered };
    if (round > 0) times.push(ms);
  }
  return { ms: median(times), isAnswered: true };
}

/** The slowest of the questions as a figure, and all that miss the bar beside it. */
export function slowestOf(what: string, asked: readonly Asked[], bar: number, aim: number): Result {
  const told = ({ question, ms, isAnswered }: Asked) =>
    `${question}: ${isAnswered ? shown(ms, "ms") : `not answered in ${shown(ms, "ms")}`}`;
  const over = asked.filter(({ ms, isAnswered }) => ms > bar || !isAnswered);
  const [slowest] = asked;
  return {
    what,
    figure: slowest?.ms ?? Number.NaN,
    unit: "ms",
    bar,
    aim,
    kind: "cost",
    detail: `${asked.length} asked; ${over.length > 0 ? `over the bar: ${over.map(told).join("; ")}` : `slowest: ${slowest ? told(slowest) : "none"}`}`,
  };
}
