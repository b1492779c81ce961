/**
 * What a cell may hold. There is no type for text that goes in as it is: {@link csv} escapes every text, so that none can
 * be forgotten. Numbers stay numbers.
 */
export type Cell = string | number | null;

/**
 * What a spreadsheet takes for the start of a formula, the full-width forms included (OWASP, "CSV Injection").
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * What ends a cell and therefore needs quotes. Beyond RFC 4180 also semicolon and tab: a spreadsheet set to one of these
 * as its separator would make two cells of `a;=1`, and run the second.
 */
const ENDS_A_CELL = /[",;\t\r\n]/;

/** Tells Excel that a file is UTF-8; without it names are garbled there. Programs that read CSV skip it, mostly. */
export const BYTE_ORDER_MARK = "\ufeff";

/** Lines of CSV (RFC 4180), each with its line end. */
export function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(written).join(",")}\r\n`).join("");
}

function written(cell: Cell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const text = inert(cell);
  return ENDS_A_CELL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Whoever can name a customer, a product or a licence key must not be able to run a formula on the machine of the person
 * who opens the file; the apostrophe makes it text.
 */
function inert(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
