import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { BYTE_ORDER_MARK } from "@/server/core/csv";
import { isAppError } from "@/server/core/errors";
import type { Runtime } from "@/server/runtime/runtime";

const TYPES = {
  csv: "text/csv; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
} as const;

/**
 * A file to save. `name` ends in its format, and holds nothing that would have to be quoted. Whoever saves CSV from the
 * console opens it in a spreadsheet, so it begins with a byte-order mark; the public API's, which programs read, has none.
 */
export function fileAnswer(
  stream: ReadableStream<Uint8Array>,
  { name, format }: { name: string; format: keyof typeof TYPES },
): Response {
  return new Response(format === "csv" ? marked(stream) : stream, {
    headers: {
      "Content-Type": TYPES[format],
      "Content-Disposition": `attachment; filename="${name}"`,
    },
  });
}

function marked(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(BYTE_ORDER_MARK)),
    }),
  );
}

/** Why there is no file, as a line of text: a refusal in its own words, of a fault nothing but `fault`. */
export function fileRefusal({ logger }: Pick<Runtime, "logger">, error: unknown, fault: string): Response {
  const refusal = refusalIn(error);
  // Faults of a procedure are in the log already.
  if (!refusal && !(error instanceof TRPCError)) logger.error({ err: error }, "A file could not be given");
  return new Response(refusal?.text ?? fault, {
    status: refusal?.status ?? 500,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
}

function refusalIn(error: unknown): { text: string; status: number } | null {
  if (error instanceof TRPCError) {
    if (error.code === "INTERNAL_SERVER_ERROR") return null;
    return { text: error.message, status: getHTTPStatusCodeFromError(error) };
  }
  return isAppError(error) && error.code !== "internal" ? { text: error.detail, status: error.status } : null;
}
