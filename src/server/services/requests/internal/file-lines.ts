import { eq, type SQL } from "drizzle-orm";
import type { ExportFormat, RequestDetail } from "@/contracts/request-queries";
import { requestLevel } from "@/contracts/requests";
import { type Cell, csv } from "@/server/core/csv";
import type { FileText } from "@/server/core/download";
import { Utf8Lines } from "@/server/core/utf8-lines";
import type { Executor } from "@/server/database/connections";
import type { Keyset } from "@/server/database/keyset";
import { pathOf, requestIdOf } from "@/server/database/request-columns";
import { apiKeys, requests } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { detailOf } from "../get";
import { withRowsOf, withStatementTimeout } from "./statement-timeout";

/** A part of the log, as a file shows it. */
interface LinesOfFile {
  text: FileText;
  nextCursor: string | null;
}

/** How the log is written into a file. */
interface LogFile {
  /** Rows read at once: some 8 MB at the very most. */
  step: number;
  /**
   * Reads the rows of a page of the list that a condition holds of, and writes them.
   * @param isFirst what stands before the first row is written too
   */
  lines(
    ctx: ServiceContext,
    condition: SQL | undefined,
    list: Keyset,
    isFirst: boolean,
  ): Promise<LinesOfFile>;
}

/** The columns that a table shows, and none of the wide ones: what is read of a million rows costs more than what is written. */
const CELL_COLUMNS = {
  id: requests.rowId,
  at: requests.at,
  requestId: requests.requestId,
  limitShare: requests.limitShare,
  environment: requests.environment,
  method: requests.method,
  path: requests.path,
  query: requests.query,
  route: requests.route,
  status: requests.status,
  code: requests.code,
  refusedBy: requests.refusedBy,
  permission: requests.permission,
  detail: requests.detail,
  durationMs: requests.durationMs,
  keyId: requests.keyId,
  keyName: apiKeys.name,
  customers: requests.customers,
  address: requests.address,
  agent: requests.agent,
  requestBytes: requests.requestBytes,
  responseBytes: requests.responseBytes,
};

const CELL_NAMES = Object.keys(CELL_COLUMNS);

function selectCells(db: Executor) {
  return db.select(CELL_COLUMNS).from(requests).leftJoin(apiKeys, eq(apiKeys.id, requests.keyId));
}

type CellsRow = Awaited<ReturnType<ReturnType<typeof selectCells>["execute"]>>[number];

/** The row that the driver has read: its values in the order of the columns, instants as text. */
function cellsRowOf(values: readonly unknown[]): CellsRow {
  const row: Record<string, unknown> = {};
  for (let place = 0; place < CELL_NAMES.length; place++) row[CELL_NAMES[place] as string] = values[place];
  row.at = new Date(row.at as string);
  return row as CellsRow;
}

const COLUMNS: Record<string, (row: CellsRow) => Cell> = {
  at: ({ at }) => at.toISOString(),
  requestId: requestIdOf,
  level: requestLevel,
  environment: ({ environment }) => environment,
  method: ({ method }) => method,
  path: pathOf,
  query: ({ query }) => query,
  route: ({ route }) => route,
  status: ({ status }) => status,
  code: ({ code }) => code,
  refusedBy: ({ refusedBy }) => refusedBy,
  permission: ({ permission }) => permission,
  detail: ({ detail }) => detail,
  durationMs: ({ durationMs }) => durationMs,
  keyId: ({ keyId }) => keyId,
  keyName: ({ keyId, keyName }) => keyId && (keyName ?? keyId),
  customers: ({ customers }) => customers?.join(" ") ?? "",
  address: ({ address }) => address,
  agent: ({ agent }) => agent,
  requestBytes: ({ requestBytes }) => requestBytes,
  responseBytes: ({ responseBytes }) => responseBytes,
};
const CELLS = Object.values(COLUMNS);

/** CSV is for tables and has no headers and bodies; NDJSON (one object a line) is for programs and has all. */
export const LOG_FILES: Record<ExportFormat, LogFile> = {
  csv: {
    step: 1_000,
    async lines(ctx, condition, list, isFirst) {
      const query = selectCells(ctx.databases.owner)
        .where(condition)
        .orderBy(...list.orderBy)
        .limit(list.rows)
        .toSQL();
      const file = new Utf8Lines();
      const head = isFirst ? file.add(csv([Object.keys(COLUMNS)])) : 0;
      const rows: { id: string; at: string; end: number }[] = [];
      await withRowsOf(ctx, (sql) =>
        sql
          .unsafe(query.sql, query.params as never[])
          .values()
          .forEach((values) => {
            const row = cellsRowOf(values);
            const end = file.add(csv([CELLS.map((cell) => cell(row))]));
            rows.push({ id: row.id, at: row.at.toISOString(), end });
          }),
      );
      // The last row that was read may belong to the next page.
      const { data, nextCursor } = list.page(
        rows,
        ({ end }) => end,
        ({ at }) => at,
      );
      return { text: file.upTo(data.at(-1) ?? head), nextCursor };
    },
  },
  ndjson: {
    step: 500,
    async lines(ctx, condition, list) {
      const rows = await withStatementTimeout(ctx, (db) =>
        db
          .select({ id: requests.rowId, request: requests, keyName: apiKeys.name })
          .from(requests)
          .leftJoin(apiKeys, eq(apiKeys.id, requests.keyId))
          .where(condition)
          .orderBy(...list.orderBy)
          .limit(list.rows),
      );
      const { data, nextCursor } = list.page(
        rows,
        ({ request, keyName }) => `${JSON.stringify(lineOf(detailOf({ keyName, ...request })))}\n`,
        ({ request }) => request.at.toISOString(),
      );
      return { text: data.join(""), nextCursor };
    },
  },
};

/** Without what only the sheet looks up in other tables. */
function lineOf({ customers, job: _job, rowId: _rowId, ...row }: RequestDetail) {
  return { ...row, customers: customers.map(({ id }) => id) };
}
