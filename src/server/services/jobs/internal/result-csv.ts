import { type Cell, csv } from "@/server/core/csv";

/**
 * Lines of a result as CSV (RFC 4180), made of NDJSON. A list is one cell, with semicolons between its members, and an object is JSON
 * in one.
 */
export function csvOf(columns: readonly string[], ndjson: string): string {
  const rows = ndjson.split("\n").filter((line) => line !== "");
  return csv(
    rows.map((line) => {
      const row = JSON.parse(line) as Record<string, Cell | object>;
      return columns.map((column) => cellOf(row[column] ?? null));
    }),
  );
}

function cellOf(value: Cell | object): Cell {
  if (Array.isArray(value)) return value.join("; ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
