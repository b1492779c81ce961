export type Cell = string | number | null;

/** What a spreadsheet takes for the start of a formula, the full-width forms included (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Text of others for a cell. Whoever can name a customer or a product must not be able to run a formula on the machine
 * of the person who opens the file; the apostrophe makes it text. Not for keys and ids, which have to stay exact.
 */
export function untrusted(text: string | null): string | null {
  return text !== null && FORMULA.test(text) ? `'${text}` : text;
}

/** Lines of CSV (RFC 4180), each with its line end. */
export function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: Cell): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
