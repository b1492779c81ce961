import { MIB } from "@/contracts/bounds";
import { MAX_JOB_ROWS } from "@/contracts/job-types";
import { createCustomerSchema } from "@/contracts/schemas/customers";
import { folded } from "@/contracts/text";
import { type CsvRecord, decodeUtf8, readCsv, UnreadableFile } from "@/lib/csv";

/** A row that will not be imported, and why, as the result of the job will say. */
export interface RowProblem {
  line: number;
  problem: string;
}

/** What a picked file holds, ready to be sent. */
export interface CustomerFile {
  rows: Record<string, unknown>[];
  /** The line of the file on which each row starts. */
  lines: number[];
  problems: RowProblem[];
}

/** Ten thousand rows with a name and some metadata are a tenth of it. */
const MAX_BYTES = 10 * MIB;

const METADATA = "metadata.";
const EXPECTED = "email, and if you like name, and metadata such as metadata.plan";

/**
 * Reads a CSV file of customers. What is wrong with single rows is told beside them; the others can be imported.
 * @throws UnreadableFile for a file of which nothing can be imported
 */
export function readCustomerFile(bytes: ArrayBuffer | Uint8Array): CustomerFile {
  if (bytes.byteLength > MAX_BYTES) throw new UnreadableFile("The file is larger than 10 MB. Split it.");
  const [header, ...records] = readCsv(decodeUtf8(bytes));
  if (!header) throw new UnreadableFile("The file is empty.");
  const columns = columnsOf(header);
  if (records.length === 0) throw new UnreadableFile("The file has a header line, but no rows below it.");
  if (records.length > MAX_JOB_ROWS) {
    const [found, most] = [records.length, MAX_JOB_ROWS].map((count) => count.toLocaleString("en"));
    throw new UnreadableFile(
      `The file has ${found} rows; at most ${most} can be imported at once. Split it.`,
    );
  }
  const rows = records.map(({ cells }) => rowOf(columns, cells));
  const lines = records.map(({ line }) => line);
  return { rows, lines, problems: problemsOf(rows, lines) };
}

/**
 * The fields that the columns stand for. A column without a name stands for none, as spreadsheets write them beyond the
 * table: what is in one is told with its row.
 */
function columnsOf({ cells }: CsvRecord): (string | null)[] {
  const columns = cells.map((cell) => cell.trim()).map((cell) => fieldOf(cell) ?? (cell || null));
  const unknown = columns.filter((column) => column !== null && fieldOf(column) === null);
  const found = `Expected the columns ${EXPECTED}; found ${cells.map((cell) => cell.trim() || "(no name)").join(", ")}.`;
  if (!columns.includes("email")) throw new UnreadableFile(`There is no column email. ${found}`);
  if (unknown.length > 0) throw new UnreadableFile(`There is a column that means nothing here. ${found}`);
  const twice = columns.find((column, index) => column !== null && columns.indexOf(column) !== index);
  if (twice) throw new UnreadableFile(`The column ${twice} is there twice.`);
  return columns;
}

/** "E-Mail", "e_mail address": the ways in which spreadsheets head this column. */
const EMAIL_HEADER = /^e[-_ ]?mail(?:[-_ ]?address)?$/;

/** Capitals do not matter in the two names that are ours; names of metadata are the caller's. */
function fieldOf(column: string): string | null {
  if (EMAIL_HEADER.test(folded(column))) return "email";
  if (folded(column) === "name") return "name";
  if (!column.toLowerCase().startsWith(METADATA) || column.length === METADATA.length) return null;
  return METADATA + column.slice(METADATA.length);
}

/** A row as the public API takes it. Empty cells say nothing; a cell beyond the header is sent, so that it is told. */
function rowOf(columns: readonly (string | null)[], cells: readonly string[]): Record<string, unknown> {
  const filled = cells
    .map((cell, index) => [columns[index] ?? `column ${index + 1}`, cell.trim()] as const)
    .filter(([, cell]) => cell !== "");
  const metadata = filled.filter(([column]) => column.startsWith(METADATA));
  return {
    ...Object.fromEntries(filled.filter(([column]) => !column.startsWith(METADATA))),
    ...(metadata.length > 0 && {
      metadata: Object.fromEntries(metadata.map(([column, cell]) => [column.slice(METADATA.length), cell])),
    }),
  };
}

/** What the server will say of the rows, as far as that can be known before. */
function problemsOf(rows: readonly object[], lines: readonly number[]): RowProblem[] {
  const lineOfEmail = new Map<string, number>();
  return rows.flatMap((row, index) => {
    const line = lines[index] ?? 0;
    const { data, error } = createCustomerSchema.safeParse(row);
    if (error) return [{ line, problem: error.issues.map(textOf).join("; ") }];
    const email = folded(data.email);
    const first = lineOfEmail.get(email);
    if (first !== undefined) return [{ line, problem: `the same e-mail address as on line ${first}` }];
    lineOfEmail.set(email, line);
    return [];
  });
}

type Issue = NonNullable<ReturnType<typeof createCustomerSchema.safeParse>["error"]>["issues"][number];

function textOf(issue: Issue): string {
  if (issue.code === "unrecognized_keys") return `${issue.keys.join(", ")}: Unknown field`;
  return `${issue.path.join(".")}: ${issue.message}`;
}
