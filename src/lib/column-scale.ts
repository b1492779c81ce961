/** Steps that people read without thinking: 1, 2, 5, 10, and so on by powers of ten. */
const STEPS = [1, 2, 5, 10];

/**
 * The top of an axis that has to hold `highest`: a round number, and an even one or 1, so that the line half-way up is a
 * whole number too. At least 1, so that an axis of zeros has a height.
 */
export function axisTop(highest: number): number {
  if (highest <= 1) return 1;
  const half = highest / 2;
  const power = 10 ** Math.floor(Math.log10(half));
  const step = STEPS.find((step) => step * power >= half) ?? 10;
  return 2 * Math.max(1, step * power);
}

/**
 * How much of a column's place is the column; the rest keeps it from its neighbour. Few columns are drawn slimmer: three
 * of them side by side would be a wall.
 */
function fillOf(columns: number): number {
  return round(Math.min(0.8, Math.max(0.2, columns / 15)));
}

/** What is left open below a part that stands on a tall one, in percent of the height: colours alike in brightness part. */
const GAP = 1;

/** What is drawn of a value above zero at least, in percent of the height: one flagged event among thousands is seen. */
const LEAST = 1.5;

/**
 * The columns of each series as one SVG path, series stacked in their order from the ground up. In units of one column's
 * place across, and percent of the height from the top down: a chart of a thousand columns is as many elements as one of
 * ten.
 * @param rows values of one column, one per series; none below zero
 */
export function columnPaths(rows: readonly (readonly number[])[], seriesCount: number): string[] {
  const top = axisTop(Math.max(0, ...rows.map(sum)));
  const fill = fillOf(rows.length);
  const paths = Array.from({ length: seriesCount }, () => "");
  rows.forEach((values, column) => {
    const x = round(column + (1 - fill) / 2);
    let y = 100;
    const heights = heightsOf(values, top);
    heights.forEach((height, series) => {
      if (height === 0) return;
      y -= height;
      const carries = heights.slice(series + 1).some((above) => above > 0);
      const open = carries && height > 4 * GAP ? GAP : 0;
      paths[series] += `M${x} ${round(y + open)}h${fill}v${round(height - open)}h-${fill}z`;
    });
  });
  return paths;
}

/** Heights in percent. What the least height adds beyond the top, the tallest gives up. */
function heightsOf(values: readonly number[], top: number): number[] {
  const heights = values.map((value) => (value > 0 ? Math.max((value / top) * 100, LEAST) : 0));
  const beyond = Math.max(0, sum(heights) - 100);
  const tallest = heights.indexOf(Math.max(...heights));
  return heights.map((height, series) => (series === tallest ? height - beyond : height));
}

/** Which columns get a label below them: at most `count`, evenly spread, none at the very edge where it would be cut. */
export function labeledColumns(columns: number, count: number): number[] {
  const step = Math.max(1, Math.ceil(columns / count));
  const first = Math.floor(Math.min(step, columns) / 2);
  return Array.from({ length: Math.ceil((columns - first) / step) }, (_, index) => first + index * step);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const round = (value: number) => Math.round(value * 1_000) / 1_000;
