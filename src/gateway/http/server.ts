import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  BODY_TIMEOUT_MS,
  HEADERS_TIMEOUT_MS,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  READER_TIMEOUT_MS,
  TIMEOUT_CHECK_MS,
} from "@/contracts/bounds";
import { AppError } from "@/server/core/errors";
import type { Runtime } from "@/server/runtime/runtime";
import { answerAndClose, writeAndEnd } from "./closing";
import { keptOf } from "./connections";
import { problemDocument } from "./refusal";

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** How long callers may take; other than in contracts/bounds.ts only in tests. */
interface Times {
  headers: number;
  reader: number;
  check: number;
}

const TIMES: Times = { headers: HEADERS_TIMEOUT_MS, reader: READER_TIMEOUT_MS, check: TIMEOUT_CHECK_MS };

/**
 * Node's HTTP server with every bound on what it reads by itself, and with a problem document wherever Node would answer
 * with a bare status line or none. Listeners for requests are added by its owner.
 */
export function createHttpServer(runtime: Runtime, listener: Listener, other: Partial<Times> = {}): Server {
  const times = { ...TIMES, ...other };
  const server = createServer({
    // Of two Authorization headers, Node would keep the first and drop the other without a word.
    joinDuplicateHeaders: true,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: times.headers,
    // Of bodies that nobody reads; what reads one has a bound of its own, and answers (core/read-body.ts).
    requestTimeout: times.headers + 2 * BODY_TIMEOUT_MS,
    connectionsCheckingInterval: times.check,
    keepAliveTimeout: runtime.env.KEEP_ALIVE_SECONDS * 1_000,
    // HTTP/1.0 has none, and probes of older load balancers speak it. HTTP/1.1 without one is refused in front.ts.
    requireHostHeader: false,
  });
  // Beyond this Node drops headers without a word, a credential perhaps. One more than may be, so that it shows.
  server.maxHeadersCount = MAX_HEADERS + 1;
  const noted: Listener = (request, response) => {
    keptOf(request.socket).latest = response;
    listener(request, response);
  };
  server.on("request", noted);
  server.setTimeout(times.reader, endIdle);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    response.writeContinue();
    noted(request, response);
  });
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    const refusal = new AppError("expectation_failed", "The only expectation known is 100-continue.");
    answerAndClose(request, response, problemDocument(runtime, refusal, pathOf(request)));
  });
  server.on("connect", (_request, socket) => {
    const refusal = new AppError("invalid_request", "This server is not a proxy.");
    writeAndEnd(socket, problemDocument(runtime, refusal, "/"));
  });
  server.on("clientError", refuseUnparsable(runtime));
  return server;
}

/**
 * Ends a connection on which nothing has moved for too long: between two calls, or because its reader takes no more of an
 * answer. Not one whose answer is not there yet.
 */
function endIdle(socket: Socket): void {
  const { latest } = keptOf(socket);
  const isReadersTurn = !latest || latest.writableFinished || socket.writableLength > 0;
  if (isReadersTurn) socket.destroy();
}

const pathOf = (request: IncomingMessage) => (request.url ?? "/").split("?", 1)[0] ?? "/";

/** What Node's parser or its clock refuses, by Node's code; anything else is no HTTP. */
const UNPARSABLE: Record<string, () => AppError> = {
  HPE_HEADER_OVERFLOW: () => new AppError("headers_too_large", "The headers are larger than 16 KiB."),
  ERR_HTTP_REQUEST_TIMEOUT: () => new AppError("request_timeout", "The request took too long to arrive."),
};

/** Answers what never became a request, such as a megabyte of headers. */
function refuseUnparsable(runtime: Runtime): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    const kept = keptOf(socket);
    // The parser complains again about each further piece of the same bytes. They are read and dropped.
    if (kept.isRefused) return;
    const isMidAnswer = kept.latest?.headersSent && !kept.latest.writableFinished;
    if (error.code === "ECONNRESET" || !socket.writable || isMidAnswer) return void socket.destroy();
    kept.isRefused = true;
    const refusal =
      UNPARSABLE[error.code ?? ""]?.() ??
      new AppError("invalid_request", "This is not a valid HTTP request.");
    writeAndEnd(socket, problemDocument(runtime, refusal, "/"));
  };
}
