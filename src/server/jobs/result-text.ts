import type { ResultRow } from "./types/definition";

/**
 * Lines of a result as they are kept: NDJSON, a JSON object in each line with a member for each column. CSV is made of them for
 * whoever asks for it (services/jobs/internal/result-csv.ts).
 */
export function ndjsonOf(columns: readonly string[], rows: readonly ResultRow[]): string {
  const written = (row: ResultRow) =>
    JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
  return rows.map((row) => `${written(row)}\n`).join("");
}
