import type { Page } from "playwright-core";

interface Expected {
  /** Headings of columns that must be there. */
  wanted: readonly string[];
  /** Of every row, in pixels; null where rows may be as high as they like. */
  rowHeight: number | null;
}

/**
 * For `evaluate` on a table: what of it lies outside of its frame, spills over its neighbour, is cut where it has no
 * right to be, or is missing. Runs in the page, so it uses nothing from outside of itself but its arguments.
 */
export function tableFaults(table: Element, { wanted, rowHeight }: Expected): string[] {
  /** Fractions of a pixel that are no fault. */
  const ROUNDING = 1;
  /** Below, a name says nothing. */
  const LEAST_NAME = 72;
  const faults: string[] = [];
  const frame = (table.parentElement ?? table).getBoundingClientRect();
  const cells = [...table.querySelectorAll<HTMLElement>("th,td")].filter(
    (cell) => cell.offsetParent !== null,
  );
  const visible = cells.filter((cell) => getComputedStyle(cell).display !== "none");
  const named = (cell: HTMLElement) => `“${(cell.textContent ?? "").trim().slice(0, 40)}”`;
  const headings = visible
    .filter((cell) => cell.tagName === "TH")
    .map((cell) => (cell.textContent ?? "").trim());
  for (const want of wanted) if (!headings.includes(want)) faults.push(`no column ${want}`);
  for (const cell of visible) {
    const { left, right } = cell.getBoundingClientRect();
    if (right > frame.right + ROUNDING || left < frame.left - ROUNDING)
      faults.push(`${named(cell)} is outside`);
    if (cell.scrollWidth > cell.clientWidth + ROUNDING) faults.push(`${named(cell)} spills over`);
    if (cell.matches("td.w-full") && cell.clientWidth < LEAST_NAME)
      faults.push(`${named(cell)} has no width`);
  }
  for (const row of rowHeight === null ? [] : table.querySelectorAll("tbody tr")) {
    const { height } = row.getBoundingClientRect();
    if (Math.abs(height - (rowHeight ?? 0)) > ROUNDING) faults.push(`a row is ${height} high`);
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth - clientWidth} too wide`);
  return [...new Set(faults)];
}

/** More steps than any form or page here has. */
const MOST_STEPS = 150;

/**
 * Steps through a page or a dialog with one key until the focus is where it began, or has left.
 * @returns what had the focus while something else covered its middle, or while it was out of sight (WCAG 2.2, 2.4.11)
 */
export async function coveredFocus(page: Page, key: "Tab" | "Shift+Tab"): Promise<string[]> {
  const covered: string[] = [];
  let steps = 0;
  for (; steps < MOST_STEPS; steps++) {
    await page.keyboard.press(key);
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return "left";
      if (focused.hasAttribute("data-visited")) return "round";
      focused.setAttribute("data-visited", "");
      // Of a link over two lines, the first.
      const [box] = focused.getClientRects();
      if (!box) return focused.outerHTML.slice(0, 160);
      const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const own = there && (focused.contains(there) || there.closest("label")?.control === focused);
      return own ? "seen" : `${focused.outerHTML.slice(0, 160)} under ${there?.outerHTML.slice(0, 80)}`;
    });
    if (seen === "left" || seen === "round") break;
    if (seen !== "seen") covered.push(seen);
  }
  await page.evaluate(() => {
    for (const element of document.querySelectorAll("[data-visited]"))
      element.removeAttribute("data-visited");
  });
  if (steps < 3) covered.push(`only ${steps} steps were taken`);
  return covered;
}
