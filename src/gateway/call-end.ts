import type { Call } from "./call";
import { endCallSpan } from "./call-span";

/** Tells whoever watches over Keyward of a call that is over. What administrators see of it is in the log of calls. */
export function tellOfCall(call: Call, status: number, durationMs: number): void {
  const { runtime } = call;
  if (runtime.metrics) countCall(call, status, durationMs);
  if (runtime.env.ACCESS_LOG === "on") writeAccessLine(call, status, durationMs);
  if (call.span) endCallSpan(call, status);
}

function countCall(
  { runtime, route, request, auth, problem }: Call,
  status: number,
  durationMs: number,
): void {
  runtime.metrics?.answered({
    route: route?.path,
    method: request.method,
    status,
    seconds: durationMs / 1_000,
    degraded: auth?.limits?.degraded,
  });
  if (problem) runtime.metrics?.refused(problem, auth?.refusedBy);
}

/** One line of the process log for a call. The template and not the path, and no query: either may hold a secret. */
function writeAccessLine(call: Call, status: number, durationMs: number): void {
  const { runtime, request, route, auth, requestId, environment, address, problem } = call;
  runtime.logger.info(
    {
      method: request.method,
      route: route?.path ?? null,
      status,
      problem,
      durationMs: Math.round(durationMs * 100) / 100,
      environment,
      keyId: auth?.key?.id ?? null,
      requestId,
      address,
      traceId: call.span?.spanContext().traceId,
    },
    "call",
  );
}
