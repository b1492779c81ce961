import { AppError, INTERNAL_DETAIL, isAppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import type { Runtime } from "@/server/runtime/runtime";
import type { PlainAnswer } from "./closing";
import { CORS_HEADERS } from "./cors";
import { problemOf } from "./problem";

/** A refusal that is given before any route has seen the request, as a problem document. */
export function problemDocument(
  { baseUrl, metrics }: Pick<Runtime, "baseUrl" | "metrics">,
  error: AppError,
  path: string,
): PlainAnswer & { body: string } {
  metrics?.refused(error.code);
  const requestId = newId("req");
  const { status, headers, body } = problemOf(error, { baseUrl, requestId, path });
  return {
    status,
    body,
    headers: {
      ...CORS_HEADERS,
      ...headers,
      "X-Request-Id": requestId,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  };
}

/** The same as a Response; of a fault nothing but the id under which our log has it. */
export function refusalResponse(runtime: Runtime, error: unknown, path: string): Response {
  const refusal = isAppError(error) ? error : new AppError("internal", INTERNAL_DETAIL);
  const { status, headers, body } = problemDocument(runtime, refusal, path);
  if (refusal.code === "internal") {
    runtime.logger.error({ err: error, requestId: headers["X-Request-Id"] }, "A request failed");
  }
  return new Response(body, { status, headers });
}
