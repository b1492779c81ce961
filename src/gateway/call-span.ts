import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { isAppError } from "@/server/core/errors";
import { isHttps } from "@/server/core/security-headers";
import { knownMethod, OTHER_METHOD } from "@/server/metrics/metrics";
import type { Call } from "./call";
import { pathOnRecord } from "./request-log/record-call";
import { redactAgent, redactPath } from "./request-log/redact";

/**
 * Starts the span of a call, below the caller's where it sent one.
 * @returns null where calls are not traced, or this one is not sampled: then nothing of it costs anything
 */
export function startCallSpan({
  runtime,
  request,
  startedAt,
}: Pick<Call, "runtime" | "request" | "startedAt">): Span | null {
  const { tracing } = runtime;
  if (!tracing) return null;
  const method = knownMethod(request.method);
  const span = tracing.tracer.startSpan(
    nameOf(method),
    { kind: SpanKind.SERVER, startTime: startedAt, attributes: { "http.request.method": method } },
    tracing.parentOf(request.headers),
  );
  return span.isRecording() ? span : null;
}

/** Runs a step of a call; where the call is traced, under a span of its own, below that of the step it is a part of. */
export function inSpan<Result>(call: Call, name: string, run: () => Promise<Result>): Promise<Result> {
  // Not async, so that a step which nobody traces is no turn of the loop more.
  return call.span ? spanned(call, call.span, name, run) : run();
}

async function spanned<Result>(
  call: Call,
  parent: Span,
  name: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const { tracing } = call.runtime;
  if (!tracing) return run();
  const span = tracing.tracer.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, parent));
  call.span = span;
  try {
    return await run();
  } catch (error) {
    noteFault(span, error);
    throw error;
  } finally {
    call.span = parent;
    span.end();
  }
}

/** In the name of a span, any other method is HTTP. */
const nameOf = (method: string) => (method === OTHER_METHOD ? "HTTP" : method);

/** By its code alone: the text of an error may hold what a trace must not. A refusal is no fault. */
function noteFault(span: Span, error: unknown): void {
  span.setAttribute("error.type", isAppError(error) ? error.code : "internal");
  if (!isAppError(error) || error.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}

/**
 * Ends the span of a call with what became of it, named and described by OpenTelemetry's semantic conventions for HTTP
 * servers (1.23, stable). The query stays out, and of path and agent what looks like a key: traces go to other systems.
 */
export function endCallSpan(call: Call, status: number): void {
  const { span, route, auth, address, agent, runtime } = call;
  if (!span) return;
  const template = route && call.base + route.path;
  if (template) span.updateName(`${nameOf(knownMethod(call.request.method))} ${template}`);
  span.setAttributes({
    ...(template ? { "http.route": template } : {}),
    "http.response.status_code": status,
    "url.scheme": isHttps(runtime.baseUrl) ? "https" : "http",
    "url.path": redactPath(pathOnRecord(call)),
    ...(address ? { "client.address": address } : {}),
    ...(agent ? { "user_agent.original": redactAgent(agent) } : {}),
    "keyward.environment": call.environment,
    "keyward.request.id": call.requestId,
    ...(auth?.key ? { "keyward.key.id": auth.key.id } : {}),
    ...(call.problem ? { "error.type": call.problem } : {}),
  });
  // A refusal is the caller's fault; only ours are errors of a server.
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
