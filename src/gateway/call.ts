import type { Span } from "@opentelemetry/api";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { ProblemCode } from "@/contracts/problems";
import type { AuthResult } from "@/gateway/authenticate/checks";
import { FILE_TYPES, onStreamEnd, textStream } from "@/server/core/download";
import { AppError, INTERNAL_DETAIL } from "@/server/core/errors";
import { requestIdFrom } from "@/server/core/ids";
import type { Runtime } from "@/server/runtime/runtime";
import type { ServiceContext } from "@/server/services/context";
import { tellOfCall } from "./call-end";
import { startCallSpan } from "./call-span";
import { CORS_HEADERS } from "./http/cors";
import { isRefusal, type Problem, problemOf, reasonHeaders } from "./http/problem";
import { rateLimitHeaders } from "./http/rate-limit-headers";
import type { GatewayRequest } from "./http/request";
import { pathOnRecord, recordCall } from "./request-log/record-call";
import type { Answer, Route } from "./routes/route";

/** One call under way: what is known of it so far, for the answer's headers and for the log. */
export interface Call {
  runtime: Runtime;
  request: GatewayRequest;
  environment: Environment;
  /** `/api/v1` or `/api/v1/{environment}`: as the caller wrote it. */
  base: string;
  path: string;
  /**
   * Where a proxy asks the gate by its path: that of the gate, below the base, up to the permission. The rest of the path and
   * the query are of another service's call, and are kept nowhere. Null: a call of Keyward's own.
   */
  gate: string | null;
  requestId: Id<"req">;
  address: string | null;
  agent: string | null;
  startedAt: Date;
  /** On the clock that only goes forward, in milliseconds. */
  startedMs: number;
  /** Absent where no route serves the path. */
  route?: Route;
  /** Headers that say that the route will go; absent, where it stays. */
  deprecation?: Record<string, string>;
  /** What the key must hold: what the route needs, or, of the gate, what the call itself asks for. */
  permission: string | null;
  /** Bytes of the body read so far. */
  received: number;
  /** The body, once it was read; kept only where the settings ask for bodies. */
  body?: string;
  /** Customer that the body names. */
  bodyCustomer?: string;
  /** Set for the one call that has no row in the log: the one that was turned away because the log is full. */
  unlogged?: true;
  /** Set once the gateway has decided. */
  auth?: AuthResult;
  /** Set once the call was refused or has failed. */
  problem?: ProblemCode;
  /** Of the step under way, where the call is traced. */
  span: Span | null;
  /** Gives back the place that the call has among its key's; null while it has none. */
  leave: (() => void) | null;
}

/** Starts a call: its id, its time, its address. In one literal: with a copy in it, it takes a microsecond of each call more. */
export function openCall(
  runtime: Runtime,
  request: GatewayRequest,
  { environment, base }: Pick<Call, "environment" | "base">,
  gate: Call["gate"],
): Call {
  const { headers } = request;
  const startedAt = runtime.clock.now();
  return {
    runtime,
    request,
    environment,
    base,
    path: request.path,
    gate,
    // By the instant of the call, or the log could not leave it out of the id (database/request-columns.ts).
    requestId: requestIdFrom(headers.traceparent, startedAt.getTime()),
    address: runtime.addressOf(request.socketAddress, headers["x-forwarded-for"] ?? null),
    agent: headers["user-agent"] ?? null,
    startedAt,
    startedMs: performance.now(),
    permission: null,
    received: 0,
    span: startCallSpan({ runtime, request, startedAt }),
    leave: null,
  };
}

/** An answer in wire form. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** @param again the context with which the next part of a file is read; throws where it must not be any more */
export function wireAnswer(answer: Answer, again: () => Promise<ServiceContext>): WireAnswer {
  const { status, headers } = answer;
  if ("body" in answer) {
    const body = JSON.stringify(answer.body);
    return { status, headers: { "Content-Type": "application/json", ...headers }, body };
  }
  const { fileName, format, parts } = answer.file;
  const disposition = `attachment; filename="${fileName}"`;
  const own = { "Content-Type": FILE_TYPES[format], "Content-Disposition": disposition };
  return { status, headers: { ...own, ...headers }, body: textStream(parts(again)) };
}

/**
 * The problem document for whatever was thrown. A refusal is an expected answer; anything else is ours: its text stays
 * in our log, under the request id, because it may hold what callers must not see.
 */
export function problemAnswer(call: Call, error: unknown): Problem {
  // Answers are kept where the settings ask for bodies: the path of another service's call must not be in them.
  const occurrence = { baseUrl: call.runtime.baseUrl, requestId: call.requestId, path: pathOnRecord(call) };
  const refusal = isRefusal(error) ? error : new AppError("internal", INTERNAL_DETAIL);
  call.problem = refusal.code;
  if (refusal !== error) {
    call.runtime.logger.error({ err: error, requestId: call.requestId }, "A call to the public API failed");
  } else if (refusal.code === "unavailable") {
    call.runtime.logger.error({ err: refusal.cause, requestId: call.requestId }, "Postgres is away");
  }
  const problem = problemOf(refusal, occurrence);
  if (!call.route?.asks) return problem;
  return { ...problem, headers: { ...problem.headers, ...reasonHeaders(refusal) } };
}

/** What every answer under /api/v1 carries, whatever it says. */
const COMMON_HEADERS = {
  ...CORS_HEADERS,
  // A cached answer would outlive the key that was allowed to read it.
  "Cache-Control": "no-store",
  // A browser must not take an answer with HTML in a customer's name for a page.
  "X-Content-Type-Options": "nosniff",
};

/** The answer as it is sent, with the headers that every one carries. What it says is in the log from here on. */
export function finish(call: Call, answer: WireAnswer): WireAnswer {
  const body = recorded(call, answer);
  const decided = call.auth?.limits;
  // In one literal, and what is new in it first: added to a copy, each takes as long as a check of the key.
  const headers = {
    "X-Request-Id": call.requestId,
    ...answer.headers,
    ...(decided && !decided.degraded ? rateLimitHeaders(decided) : undefined),
    ...call.deprecation,
    ...COMMON_HEADERS,
  };
  return { status: answer.status, headers, body };
}

/**
 * The body of an answer, and with it the end of the call: at once, or, of a stream, when it has ended, which tells its
 * size. That of a HEAD is never read, so its end would never come.
 */
function recorded(call: Call, answer: WireAnswer): WireAnswer["body"] {
  const { body } = answer;
  if (isStream(body) && call.request.method !== "HEAD") {
    return onStreamEnd(body, (bytes) => close(call, answer, bytes));
  }
  close(call, answer);
  return body;
}

/** The end of a call: it is in the log, and another one of its key may have its place. */
function close(call: Call, answer: WireAnswer, streamedBytes?: number): void {
  const durationMs = performance.now() - call.startedMs;
  recordCall(call, answer, durationMs, streamedBytes);
  tellOfCall(call, answer.status, durationMs);
  const { leave } = call;
  call.leave = null;
  leave?.();
}

function isStream(body: WireAnswer["body"]): body is ReadableStream<Uint8Array> {
  return body instanceof ReadableStream;
}
