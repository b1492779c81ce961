import { readCsv } from "@/lib/csv";

/** A row of a file that became no customer, and why. */
export interface FailedRow {
  line: string;
  email: string;
  problem: string;
}

/** What became of the rows of an import. */
export interface ImportResult {
  imported: number;
  failed: FailedRow[];
}

/** A stretch of a result, as `jobs.result` gives it: `next` asks for the one after it. */
type ReadStretch = (after: number | null) => Promise<{ text: string; next: number | null }>;

/** Reads the result of an import to its end: ten thousand rows come in several stretches, the header in the first. */
export async function readImportResult(read: ReadStretch): Promise<ImportResult> {
  let text = "";
  let after: number | null = null;
  do {
    const stretch: Awaited<ReturnType<ReadStretch>> = await read(after);
    text += stretch.text;
    after = stretch.next;
  } while (after !== null);
  return resultOf(text);
}

/** Reads the columns line, email, id, outcome and problem. */
function resultOf(text: string): ImportResult {
  const rows = readCsv(text).slice(1);
  const failed = rows
    .filter(({ cells }) => cells[3] === "failed")
    .map(({ cells: [line = "", email = "", , , problem = ""] }) => ({ line, email, problem }));
  return { imported: rows.length - failed.length, failed };
}
