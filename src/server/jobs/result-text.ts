import { type Cell, csv } from "@/server/core/csv";
import type { ResultRow } from "./types/definition";

/** Lines of a result as CSV (RFC 4180). A list is one cell, with semicolons between its members, and an object is JSON in one. */
export function csvOf(columns: readonly string[], rows: readonly ResultRow[]): string {
  return csv(rows.map((row) => columns.map((column) => cellOf(row[column] ?? null))));
}

/** The same as NDJSON: a JSON object in each line, with a member for each column. */
export function ndjsonOf(columns: readonly string[], rows: readonly ResultRow[]): string {
  const written = (row: ResultRow) =>
    JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
  return rows.map((row) => `${written(row)}\n`).join("");
}

function cellOf(value: ResultRow[string]): Cell {
  if (Array.isArray(value)) return value.join("; ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
