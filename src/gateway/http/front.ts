import { IncomingMessage } from "node:http";
import { MAX_ANONYMOUS_BODY_BYTES, MAX_HEADERS } from "@/contracts/bounds";
import { AppError, INTERNAL_DETAIL, isAppError, noSuchPath } from "@/server/core/errors";
import { readBody } from "@/server/core/read-body";
import type { Runtime } from "@/server/runtime/runtime";
import { unroutable } from "../routes";
import { answerAndClose, hasBody, type PlainAnswer } from "./closing";
import { METRICS_PATH } from "./metrics";
import { isApiPath } from "./node-listener";
import { problemDocument } from "./refusal";
import type { Listener } from "./server";
import { canonicalTarget } from "./target";

/** A name or an address, and a port (RFC 9110, section 7.2). What is none of this makes no URL, in any plane. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** What a request to the console may be. Next answers TRACE with 500 and a stack in the log, to anybody and time and again. */
const CONSOLE_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** The two planes behind the front, and what the console says of its own. */
interface Planes {
  /** `/api/v1` and the probes. It reads bodies itself, after it has looked at the key. */
  api: Listener;
  /** What Prometheus asks for; null: there is no such path. */
  metrics: Listener | null;
  /** Everything else: Next, which would take a body of any size into memory before it asks who sent it. */
  console: Listener;
  /** The largest body that the console takes of this very caller, asked when there is more than anybody may send. */
  maxConsoleBody(request: IncomingMessage, path: string): Promise<number>;
  /** How the console says no, where its pages do not read problem documents. */
  consoleRefusal(error: AppError, path: string): PlainAnswer | null;
}

/**
 * The one listener in front of both planes: refuses what is no proper request, gives each target its one spelling, decides
 * by it who serves the call, and lets no body through to Next that is too large for whoever sends it.
 */
export function createFront(runtime: Runtime, planes: Planes): Listener {
  const defaultHost = new URL(runtime.baseUrl).host;
  return (request, response) => {
    const target = canonicalTarget(request.url ?? "");
    const path = target?.split("?", 1)[0] ?? "/";
    const fault = target === null || leavesGate(request.url ?? "", target) ? noSuchPath() : faultOf(request);
    if (target === null || fault) {
      return answerAndClose(request, response, problemDocument(runtime, fault ?? unknown(), path));
    }
    request.url = target;
    request.headers.host ||= defaultHost;
    if (isApiPath(path)) return planes.api(request, response);
    if (planes.metrics && path === METRICS_PATH) return planes.metrics(request, response);
    if (!CONSOLE_METHODS.includes(request.method ?? "")) {
      const refusal = problemDocument(runtime, unroutable(CONSOLE_METHODS), path);
      return answerAndClose(request, response, refusal);
    }
    if (!hasBody(request.headers)) return planes.console(request, response);
    void boundedRequest(request, () => planes.maxConsoleBody(request, path)).then(
      (bounded) => planes.console(bounded, response),
      (error: unknown) => {
        const refusal = isAppError(error) ? error : unknown(error);
        if (refusal.code === "internal") runtime.logger.error({ err: error }, "A body could not be read");
        const answer = planes.consoleRefusal(refusal, path) ?? problemDocument(runtime, refusal, path);
        answerAndClose(request, response, answer);
      },
    );
  };
}

const unknown = (cause?: unknown) => new AppError("internal", INTERNAL_DETAIL, {}, cause);

/** The gate, with what is asked for in the path, where a proxy has put the path of its client's call behind it. */
const ASKED_BY_PATH = /^\/api\/v1(?:\/(?:production|staging|development))?\/gate\/[^/?]*\//;

/**
 * Whether a target begins at the gate and ends elsewhere. A client's `/../../key` behind the path of a proxy that resolves no dot
 * segments would be a call of `GET /key`, which any good key may make, and its 200 would open what the gate was to guard.
 */
function leavesGate(sent: string, target: string): boolean {
  if (sent === target) return false;
  const asked = ASKED_BY_PATH.exec(sent)?.[0];
  return asked !== undefined && !target.startsWith(asked);
}

/** What no request may have, or null. */
function faultOf({ rawHeaders, httpVersion, headers }: IncomingMessage): AppError | null {
  if (rawHeaders.length > 2 * MAX_HEADERS) {
    return new AppError("headers_too_large", `The request has more than ${MAX_HEADERS} headers.`);
  }
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  // Two of them, and what looks at one sees another request than what looks at the other (RFC 9112, section 3.2).
  if (hosts > 1) return new AppError("invalid_request", "The request has two Host headers.");
  if (hosts === 0 && httpVersion === "1.1")
    return new AppError("invalid_request", "The request has no Host.");
  if (headers.host && !HOST.test(headers.host))
    return new AppError("invalid_request", "The Host is not one.");
  return null;
}

/**
 * The same request with its body read, for Next to read it again.
 * @throws AppError of readBody
 */
async function boundedRequest(
  request: IncomingMessage,
  more: () => Promise<number>,
): Promise<IncomingMessage> {
  const body = await readBody(request.iterator({ destroyOnReturn: false }), {
    declared: request.headers["content-length"] ?? null,
    max: MAX_ANONYMOUS_BODY_BYTES,
    more,
  });
  const replay = new IncomingMessage(request.socket);
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request;
  Object.assign(replay, {
    method,
    url,
    headers,
    rawHeaders,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
    complete: true,
  });
  replay.push(body);
  replay.push(null);
  return replay;
}
