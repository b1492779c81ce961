/** The middle one: on a shared machine some rounds measure the neighbours. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

/**
 * Measures several ways in turns (A B A B), so that what the machine does meanwhile, and what the first of them compiles or
 * caches, meets all of them. @returns the median of each
 */
export async function mediansInTurns(
  rounds: number,
  ways: readonly (() => Promise<number>)[],
): Promise<number[]> {
  const figures = ways.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, measure] of ways.entries()) figures[at]?.push(await measure());
  }
  return figures.map(median);
}
