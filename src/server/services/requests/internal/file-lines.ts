import type { ExportFormat, RequestDetail } from "@/contracts/request-queries";
import { type Cell, csv } from "@/server/core/csv";

interface Lines {
  /** Stands before the first row. */
  head: string;
  lines(rows: readonly RequestDetail[]): string;
}

const COLUMNS: Record<string, (row: RequestDetail) => Cell> = {
  at: ({ at }) => at,
  requestId: ({ requestId }) => requestId,
  level: ({ level }) => level,
  environment: ({ environment }) => environment,
  method: ({ method }) => method,
  path: ({ path }) => path,
  query: ({ query }) => query,
  route: ({ route }) => route,
  status: ({ status }) => status,
  code: ({ code }) => code,
  refusedBy: ({ refusedBy }) => refusedBy,
  permission: ({ permission }) => permission,
  detail: ({ detail }) => detail,
  durationMs: ({ durationMs }) => durationMs,
  keyId: ({ key }) => key?.id ?? null,
  keyName: ({ key }) => key?.name ?? null,
  customers: ({ customers }) => customers.map(({ id }) => id).join(" "),
  address: ({ address }) => address,
  agent: ({ agent }) => agent,
  requestBytes: ({ requestBytes }) => requestBytes,
  responseBytes: ({ responseBytes }) => responseBytes,
};

/** CSV is for tables and has no headers and bodies; NDJSON (one object a line) is for programs and has all. */
export const FILE_LINES: Record<ExportFormat, Lines> = {
  csv: {
    head: csv([Object.keys(COLUMNS)]),
    lines: (rows) => csv(rows.map((row) => Object.values(COLUMNS).map((cell) => cell(row)))),
  },
  ndjson: {
    head: "",
    lines: (rows) => rows.map((row) => `${JSON.stringify(lineOf(row))}\n`).join(""),
  },
};

/** Without what only the sheet looks up in other tables. */
function lineOf({ customers, job: _job, rowId: _rowId, ...row }: RequestDetail) {
  return { ...row, customers: customers.map(({ id }) => id) };
}
