import type { Call, WireAnswer } from "../call";
import type { GatewayRequest } from "../http/request";
import type { LoggedCall } from "./rows";

/**
 * Hands the call to the request log. On the path of every call, so it only gathers what is at hand: its row is formed
 * and redacted once the answers of this turn of the loop are out.
 * @param durationMs from its arrival to the end of its answer
 * @param streamedBytes how much of the answer has been sent, where it was a stream, which is noted when it has ended
 */
export function recordCall(call: Call, answer: WireAnswer, durationMs: number, streamedBytes = 0): void {
  if (call.unlogged) return;
  const { runtime, request, auth } = call;
  const { keeps } = runtime.requestLog;
  const isHead = request.method === "HEAD";
  const text = typeof answer.body === "string" ? answer.body : undefined;
  const bytes = answer.body instanceof ReadableStream ? streamedBytes : Buffer.byteLength(answer.body);
  runtime.requestLog.record({
    at: call.startedAt,
    requestId: call.requestId,
    environment: call.environment,
    method: request.method,
    route: routeOf(call),
    path: pathOnRecord(call),
    query: request.query,
    isAnothersQuery: call.gate !== null,
    bodyCustomer: call.bodyCustomer,
    status: answer.status,
    problem: answer.status >= 400 ? text : undefined,
    code: call.problem,
    auth,
    durationMs,
    address: call.address,
    agent: call.agent,
    requestBytes: call.received || announcedBytes(request),
    responseBytes: isHead ? 0 : bytes,
    requestHeaders: keeps.headers ? request.headers : undefined,
    requestBody: keeps.bodies ? requestBodyOf(call) : undefined,
    responseBody:
      keeps.bodies && !isHead
        ? { type: answer.headers["Content-Type"] ?? null, text: text ?? null, bytes }
        : undefined,
  });
}

/** The path as it may be kept, but for what looks like a key in it: without that of another service's call. */
export function pathOnRecord({ gate, base, path }: Pick<Call, "gate" | "base" | "path">): string {
  return gate === null ? path : base + gate;
}

/** The route, with what was asked of the key. */
function routeOf({ route, permission }: Call): LoggedCall["route"] {
  return route?.asks ? { name: route.name, permission } : route;
}

/** Of a body that nobody read. */
function announcedBytes({ method, headers }: GatewayRequest): number {
  if (method === "GET" || method === "HEAD") return 0;
  const announced = Number(headers["content-length"] ?? 0);
  return Number.isSafeInteger(announced) && announced > 0 ? Math.min(announced, MAX_INTEGER) : 0;
}

/** Of Postgres' integer. */
const MAX_INTEGER = 2 ** 31 - 1;

function requestBodyOf({ request, received, body }: Call) {
  const bytes = received || announcedBytes(request);
  return { type: request.headers["content-type"] ?? null, text: body ?? null, bytes };
}
