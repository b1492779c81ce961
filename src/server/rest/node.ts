import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import type { Platform } from "@/server/platform";
import { createRestApp } from "./app";
import type { WireAnswer } from "./call";
import { health, ready } from "./probes";
import { problemOf } from "./problem";
import { API_ROOT } from "./routes";

const PROBES = ["/api/health", "/api/ready"];

/** How long a connection that was refused is still read from, in milliseconds. */
const LINGER_MS = 1_000;

/** The path of a request target: in origin form, or in absolute form, which every server has to take (RFC 9112, section 3.2.2). */
function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/?]*/i, "").split("?", 1)[0] ?? "";
}

/** Whether a request target is the rest app's: `/api/v1`, anything below it, or a probe. */
export function isRestPath(url: string): boolean {
  const path = pathOf(url);
  return path === API_ROOT || path.startsWith(`${API_ROOT}/`) || PROBES.includes(path);
}

/** The rest app as a listener of Node's HTTP server. */
export function restListener(
  platform: Platform,
): (request: IncomingMessage, response: ServerResponse) => void {
  const app = createRestApp(platform);
  return getRequestListener(
    (request, { incoming, outgoing }) => {
      const path = pathOf(incoming.url ?? "");
      if (path === "/api/health") return health();
      if (path === "/api/ready") return ready(platform);
      return app.fetch(request, {
        // Never absent, also when the caller has hung up by now: that would mean a hosting whose every header is believed.
        socketAddress: incoming.socket?.remoteAddress ?? "",
        // main.ts serves HTTP/1.1 alone; the type allows for HTTP/2 as well.
        send: (answer) => send(outgoing as ServerResponse, answer),
      });
    },
    // Reached for a request target or Host that makes no URL.
    {
      overrideGlobalObjects: false,
      errorHandler: () => jsonResponse(unparsable(platform, invalidRequest())),
    },
  );
}

/**
 * Writes an answer straight to the connection. A Response, with the stream and the Headers in it, was a fifth of the
 * processor time of a call, measured in turns with and without.
 */
function send(outgoing: ServerResponse, { status, headers, body }: WireAnswer & { body: string }): Response {
  outgoing.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) }).end(body);
  return RESPONSE_ALREADY_SENT;
}

function invalidRequest(): AppError {
  return new AppError("invalid_request", "This is not a valid HTTP request.");
}

function unparsable(platform: Platform, error: AppError) {
  const requestId = newId("req");
  const problem = problemOf(error, { baseUrl: platform.baseUrl, requestId, path: API_ROOT });
  const headers = {
    ...problem.headers,
    "X-Request-Id": requestId,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
  return { ...problem, headers };
}

function jsonResponse({ status, headers, body }: ReturnType<typeof unparsable>): Response {
  return new Response(body, { status, headers });
}

/**
 * Answers what Node's parser refuses before there is a request, such as a megabyte of headers, with a problem document
 * instead of Node's bare status line.
 */
export function refuseUnparsable(platform: Platform): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  const answered = new WeakSet<Duplex>();
  return (error, socket) => {
    // The parser complains again about each further piece of the same bytes. They are read and dropped.
    if (answered.has(socket)) return;
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
    answered.add(socket);
    // Closing while the caller still sends makes TCP reset the connection, and the answer is lost (RFC 9112, section 9.6).
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
    const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
    const refusal = tooLarge
      ? new AppError("headers_too_large", "The headers are larger than 16 KiB.")
      : invalidRequest();
    const { status, headers, body } = unparsable(platform, refusal);
    const lines = Object.entries({
      ...headers,
      "Content-Length": String(Buffer.byteLength(body)),
      Connection: "close",
    });
    const head = lines.map(([name, value]) => `${name}: ${value}`).join("\r\n");
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n\r\n${body}`);
  };
}
