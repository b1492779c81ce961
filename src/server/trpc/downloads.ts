import { requireEnrolled } from "@/server/core/authorize";
import { BYTE_ORDER_MARK } from "@/server/core/csv";
import { type Download, FILE_TYPES, type FileText, onStreamEnd, textStream } from "@/server/core/download";
import { AppError, isAppError } from "@/server/core/errors";
import type { AdminPrincipal } from "@/server/core/principal";
import { contextFor, type Runtime } from "@/server/runtime/runtime";
import { exportAudit } from "@/server/services/audit";
import type { ServiceContext } from "@/server/services/context";
import { getJobResult } from "@/server/services/jobs";
import { exportRequests } from "@/server/services/requests";
import { createTrpcContext } from "./context";

/*
 * The console's files, for signed-in administrators. No procedures, because those answer with one JSON text, and a file may
 * be a million rows. Whatever stands in an address, the verb's own schema reads it.
 */

/** The log; what is filtered comes as `input`, as procedures take it, and the format as `format`. */
export function downloadRequests(runtime: Runtime, request: Request): Promise<Response> {
  const search = new URL(request.url).searchParams;
  const open = (ctx: ServiceContext) =>
    exportRequests(ctx, { ...filterIn(search), format: search.get("format") as "csv" });
  return serveDownload(runtime, request, open, "The log could not be exported. Try again.");
}

/** The audit; its filters stand in the address as they do in the page's. */
export function downloadAudit(runtime: Runtime, request: Request): Promise<Response> {
  const { actions, ...rest } = Object.fromEntries(new URL(request.url).searchParams);
  const input = { ...rest, ...(actions ? { actions: actions.split(",") } : {}) };
  const open = (ctx: ServiceContext) => exportAudit(ctx, input as Parameters<typeof exportAudit>[1]);
  return serveDownload(runtime, request, open, "The audit could not be exported. Try again.");
}

/** The result of a job. */
export function downloadJobResult(runtime: Runtime, request: Request, id: string): Promise<Response> {
  const open = (ctx: ServiceContext) => getJobResult(ctx, { id: id as `job_${string}` });
  return serveDownload(runtime, request, open, "The result could not be read. Try again.");
}

function filterIn(search: URLSearchParams): object {
  try {
    return Object(JSON.parse(search.get("input") ?? "{}"));
  } catch {
    throw new AppError("malformed_json", "The filter is not JSON.");
  }
}

/**
 * Answers with a file, or with why there is none as a line of text.
 * @param fault what is said of a fault of ours
 */
async function serveDownload(
  runtime: Runtime,
  request: Request,
  open: (ctx: ServiceContext) => Promise<Download<ServiceContext>>,
  fault: string,
): Promise<Response> {
  // The session is read for each part: a file that takes minutes must not outlive a sign-out.
  const again = () => signedInContext(runtime, request.headers);
  let leave = () => {};
  try {
    const ctx = await again();
    leave = runtime.filesUnderWay.begin(ctx.principal.id);
    const { fileName, format, parts } = await open(ctx);
    const text = reported(runtime, parts(again));
    const file = onStreamEnd(textStream(format === "csv" ? marked(text) : text), leave);
    // Nobody reads it to its end.
    const isHead = request.method === "HEAD";
    if (isHead) await file.cancel();
    return new Response(isHead ? null : file, {
      headers: {
        "Content-Type": FILE_TYPES[format],
        "Content-Disposition": `attachment; filename="${fileName}"`,
      },
    });
  } catch (error) {
    leave();
    return refusal(runtime, error, fault);
  }
}

/** @throws AppError key_missing without a session; second_factor_required */
async function signedInContext(
  runtime: Runtime,
  headers: Headers,
): Promise<ServiceContext & { principal: AdminPrincipal }> {
  const { principal, meta } = await createTrpcContext(runtime, headers);
  if (!principal) throw new AppError("key_missing", "Sign in to continue.");
  const ctx = contextFor(runtime, principal, meta);
  requireEnrolled(ctx);
  return ctx;
}

/**
 * Whoever saves CSV from the console opens it in a spreadsheet, so it begins with a byte-order mark; the public API's,
 * which programs read, has none.
 */
async function* marked(parts: AsyncGenerator<FileText, void>): AsyncGenerator<FileText, void> {
  yield BYTE_ORDER_MARK;
  yield* parts;
}

/** The same parts. One that could not be had breaks the file off, and its reader cannot be told why: the log is. */
async function* reported(
  runtime: Runtime,
  parts: AsyncGenerator<FileText, void>,
): AsyncGenerator<FileText, void> {
  try {
    yield* parts;
  } catch (error) {
    report(runtime, error);
    throw error;
  }
}

/** @returns the refusal, where it is one and no fault of ours */
function report({ logger }: Runtime, error: unknown): AppError | null {
  const refused = isAppError(error) && error.code !== "internal" ? error : null;
  if (!refused) logger.error({ err: error }, "A file could not be given");
  if (refused?.code === "unavailable") logger.error({ err: refused.cause }, "Postgres is away");
  return refused;
}

function refusal(runtime: Runtime, error: unknown, fault: string): Response {
  const refused = report(runtime, error);
  const { retryAfter } = refused?.extensions ?? {};
  return new Response(refused?.detail ?? fault, {
    status: refused?.status ?? 500,
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      ...(typeof retryAfter === "number" && { "Retry-After": String(retryAfter) }),
    },
  });
}
