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

/** The same for whatever was thrown; of a fault it tells nothing but the id under which our log has it. */
export function faultDocument(
  runtime: Runtime,
  error: unknown,
  path: string,
): PlainAnswer & { body: string } {
  const refusal = isAppError(error) ? error : new AppError("internal", INTERNAL_DETAIL);
  const answer = problemDocument(runtime, refusal, path);
  if (refusal.code === "internal") {
    runtime.logger.error({ err: error, requestId: answer.headers["X-Request-Id"] }, "A request failed");
  }
  return answer;
}
