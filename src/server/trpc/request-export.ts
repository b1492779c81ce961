import { z } from "zod";
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type RequestDetail,
  requestFilterSchema,
} from "@/contracts/request-queries";
import { type Cell, csv } from "@/server/core/csv";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { contextFor, type Runtime } from "@/server/runtime/runtime";
import { exportRequests } from "@/server/services/requests";
import { createTrpcContext } from "./context";
import { fileAnswer } from "./file-answers";

const formatSchema = z.enum(EXPORT_FORMATS);

interface Format {
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
const FORMATS: Record<ExportFormat, Format> = {
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

/** The log as text, chunk by chunk, as the reader takes it. */
export function logAsText(
  batches: AsyncGenerator<RequestDetail[], void>,
  format: ExportFormat,
): ReadableStream<Uint8Array> {
  const { head, lines } = FORMATS[format];
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (head) controller.enqueue(encoder.encode(head));
      },
      async pull(controller) {
        const { value, done } = await batches.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(lines(value)));
      },
      async cancel() {
        await batches.return();
      },
    },
    // Nothing is read ahead: a batch is asked for when the one before has left.
    { highWaterMark: 0 },
  );
}

/**
 * The log as a file, for a signed-in administrator; what is filtered comes as `input`, as procedures take it, and the
 * format as `format`. No procedure, because those answer with one JSON text, and this may be a million rows.
 * @throws AppError key_missing without a session, and what the verb throws
 */
export async function exportRequestLog(
  runtime: Runtime,
  headers: Headers,
  search: URLSearchParams,
): Promise<Response> {
  const { principal, meta } = await createTrpcContext(runtime, headers);
  if (!principal) throw new AppError("key_missing", "Sign in to continue.");
  const format = parse(formatSchema, search.get("format"));
  const filter = parse(requestFilterSchema, filterIn(search));
  const batches = await exportRequests(contextFor(runtime, principal, meta), { ...filter, format });
  const instant = runtime.clock.now().toISOString().slice(0, 19).replaceAll(":", "-");
  return fileAnswer(logAsText(whileSignedIn(runtime, headers, batches), format), {
    name: `keyward-log-${instant}.${format}`,
    format,
  });
}

/** A file that takes minutes must not outlive a sign-out: the session is read before each batch leaves. */
async function* whileSignedIn<Batch>(
  runtime: Runtime,
  headers: Headers,
  batches: AsyncGenerator<Batch, void>,
): AsyncGenerator<Batch, void> {
  for await (const batch of batches) {
    const { principal } = await createTrpcContext(runtime, headers);
    if (!principal) throw new AppError("key_missing", "Signed out meanwhile.");
    yield batch;
  }
}

function filterIn(search: URLSearchParams): unknown {
  try {
    return JSON.parse(search.get("input") ?? "{}");
  } catch {
    throw new AppError("malformed_json", "The filter is not JSON.");
  }
}
