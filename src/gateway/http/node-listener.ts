import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Runtime } from "@/server/runtime/runtime";
import { createGateway } from "../app";
import type { WireAnswer } from "../call";
import { API_ROOT, unroutable } from "../routes";
import { answerAndClose, isStillSending } from "./closing";
import { health, ready } from "./probes";
import { faultDocument, problemDocument } from "./refusal";
import { type GatewayRequest, requestOfNode } from "./request";
import type { Listener } from "./server";

const PROBES = ["/api/health", "/api/ready"];
const PROBE_METHODS = ["GET", "HEAD"];

/** Whether a path is the gateway's: `/api/v1`, anything below it, or a probe. */
export function isApiPath(path: string): boolean {
  return path === API_ROOT || path.startsWith(`${API_ROOT}/`) || PROBES.includes(path);
}

/** The gateway as a listener of Node's HTTP server, behind the front (http/front.ts), which sees to target and Host. */
export function gatewayListener(runtime: Runtime): Listener {
  const gateway = createGateway(runtime);
  const answerTo = async (request: GatewayRequest) => {
    try {
      return await (PROBES.includes(request.path) ? probe(runtime, request) : gateway(request));
    } catch (error) {
      return faultDocument(runtime, error, request.path);
    }
  };
  return async (incoming, outgoing) => {
    try {
      await send(incoming, outgoing, await answerTo(requestOfNode(incoming)));
    } catch {
      // The connection ended meanwhile: there is nobody to tell.
      outgoing.destroy();
    }
  };
}

function probe(runtime: Runtime, { method, path }: GatewayRequest): WireAnswer | Promise<WireAnswer> {
  if (!PROBE_METHODS.includes(method)) return problemDocument(runtime, unroutable(PROBE_METHODS), path);
  return path === "/api/health" ? health() : ready(runtime);
}

/**
 * Writes an answer to the connection; no Response is made, which with its stream and its Headers would cost more than the
 * checks of a key. A caller that still sends a body nobody will read is told that the connection ends.
 */
function send(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: WireAnswer,
): Promise<void> | undefined {
  const { status, headers, body } = answer;
  if (body instanceof ReadableStream) {
    // Who has gone meanwhile takes nothing, and nothing more is told of them: a reader of the stream would wait for ever.
    if (outgoing.destroyed) return body.cancel();
    outgoing.writeHead(status, headers);
    if (incoming.method !== "HEAD") return sendStream(outgoing, body);
    outgoing.end();
  } else if (isStillSending(incoming)) answerAndClose(incoming, outgoing, { status, headers, body });
  else if (status === 204 || status === 304) outgoing.writeHead(status, headers).end();
  else outgoing.writeHead(status, headLines(headers, Buffer.byteLength(body))).end(body);
}

/** Names and values by turns, as Node writes them without looking at them once more. */
function headLines(headers: WireAnswer["headers"], contentLength: number): string[] {
  const lines: string[] = [];
  for (const name of Object.keys(headers)) lines.push(name, headers[name] ?? "");
  lines.push("Content-Length", String(contentLength));
  return lines;
}

/**
 * Writes a stream part by part, none read before its reader has taken the one before. What breaks the stream breaks the
 * connection, so that half of a file is never taken for all of it; and a reader who leaves ends the stream.
 */
async function sendStream(outgoing: ServerResponse, body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  const closed = new Promise((resolve) => outgoing.once("close", resolve));
  // One that is broken already cannot be ended as well, and need not be.
  void closed.then(() => reader.cancel()).catch(() => undefined);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return void outgoing.end();
    if (!outgoing.write(value)) await Promise.race([once(outgoing, "drain"), closed]);
  }
}
