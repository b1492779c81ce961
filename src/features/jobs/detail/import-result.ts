import type { Id } from "@/contracts/ids";
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

/** Why there is no result, in the server's words; `data` tells describeError that they are the server's. */
class ResultRefusal extends Error {
  readonly data = {};
}

/** Fetches the result of an import, the file that the page offers as well, and reads it to its end. */
export async function readImportResult(id: Id<"job">): Promise<ImportResult> {
  const answer = await fetch(`/api/jobs/${id}/result`);
  // Where the file breaks off, this throws: half of it is never taken for all.
  const text = await answer.text();
  if (!answer.ok) throw new ResultRefusal(text);
  return importResultIn(text);
}

/** Reads the columns line, email, id, outcome and problem. */
export function importResultIn(text: string): ImportResult {
  const rows = readCsv(text).slice(1);
  const failed = rows
    .filter(({ cells }) => cells[3] === "failed")
    .map(({ cells: [line = "", email = "", , , problem = ""] }) => ({ line, email, problem }));
  return { imported: rows.length - failed.length, failed };
}
