import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { clientAddress } from "@/server/core/client-address";
import { AppError } from "@/server/core/errors";
import { requestIdFrom } from "@/server/core/ids";
import type { Platform } from "@/server/platform";
import type { LimitDecision } from "@/server/rate-limit";
import { isRefusal, type Problem, problemOf } from "./problem";
import { rateLimitHeaders } from "./rate-limit-headers";
import type { Answer } from "./route";

/** What a mount knows beyond the Request itself. */
export interface Mount {
  /** Peer of the connection, where the mount can see it. Next's route handlers cannot. */
  socketAddress?: string | undefined;
  /** How the mount sends an answer, where it has a shorter way than a Response (node.ts). */
  send?: ((answer: WireAnswer) => Response) | undefined;
}

/** One call under way: what is known of it so far, for the answer's headers. */
export interface Call {
  platform: Platform;
  request: Request;
  environment: Environment;
  /** `/api/v1` or `/api/v1/{environment}`: as the caller wrote it. */
  base: string;
  path: string;
  requestId: Id<"req">;
  address: string | null;
  send: Mount["send"];
  startedAt: Date;
  /** Set once the limiter has decided. */
  limits?: LimitDecision;
}

/** Starts a call: its id, its time, its address. */
export function openCall(
  platform: Platform,
  request: Request,
  mount: Mount,
  endpoint: { environment: Environment; base: string },
): Call {
  const { headers } = request;
  return {
    platform,
    request,
    ...endpoint,
    path: new URL(request.url).pathname,
    requestId: requestIdFrom(headers.get("traceparent")),
    address: clientAddress(mount.socketAddress, headers.get("x-forwarded-for"), platform.env.TRUSTED_PROXIES),
    send: mount.send,
    startedAt: platform.clock.now(),
  };
}

/** An answer in wire form, before the headers that every answer has. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function wireAnswer(answer: Answer): WireAnswer {
  const [contentType, body] =
    "text" in answer ? [answer.contentType, answer.text] : ["application/json", JSON.stringify(answer.body)];
  return { status: answer.status, headers: { "Content-Type": contentType, ...answer.headers }, body };
}

/**
 * The problem document for whatever was thrown. A refusal is an expected answer; anything else is ours: its text stays
 * in our log, under the request id, because it may hold what callers must not see.
 */
export function problemAnswer(call: Call, error: unknown): Problem {
  const occurrence = { baseUrl: call.platform.baseUrl, requestId: call.requestId, path: call.path };
  if (isRefusal(error)) {
    if (error.code === "unavailable") {
      call.platform.logger.error({ err: error.cause, requestId: call.requestId }, "Postgres is away");
    }
    return problemOf(error, occurrence);
  }
  call.platform.logger.error({ err: error, requestId: call.requestId }, "A call to the public API failed");
  return problemOf(
    new AppError("internal", "Something went wrong on our side. The request id leads to the details."),
    occurrence,
  );
}

/** The Response, with the headers that every answer under /api/v1 carries. */
export function toResponse(call: Call, { status, headers, body }: WireAnswer): Response {
  const limits =
    call.limits && !call.limits.degraded ? rateLimitHeaders(call.limits, call.startedAt.getTime()) : {};
  const answer = {
    status,
    body,
    headers: {
      ...headers,
      ...limits,
      "X-Request-Id": call.requestId,
      // A cached answer would outlive the key that was allowed to read it.
      "Cache-Control": "no-store",
      // A browser must not take an answer with HTML in a customer's name for a page.
      "X-Content-Type-Options": "nosniff",
    },
  };
  return call.send?.(answer) ?? new Response(body, answer);
}
