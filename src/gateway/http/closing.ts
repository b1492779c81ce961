import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { LINGER_BYTES, LINGER_MS } from "@/contracts/bounds";

/** An answer whose body is at hand. */
export interface PlainAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** Whether a request has a body of which not everything has arrived. */
export function isStillSending({ complete, headers }: IncomingMessage): boolean {
  return !complete && hasBody(headers);
}

/** Whether a request announces a body (RFC 9112, section 6). */
export function hasBody(headers: IncomingMessage["headers"]): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Answers a request of which nothing more will be read, when its turn has come, and ends the connection. */
export function answerAndClose(
  request: IncomingMessage,
  response: ServerResponse,
  answer: PlainAnswer,
): void {
  const close = () => {
    const socket = response.socket;
    if (!socket?.writable) return void socket?.destroy();
    writeAndEnd(socket, request.method === "HEAD" ? { ...answer, body: "" } : answer, answer.body);
    drain(request, socket);
  };
  // On a connection with several requests in line, an answer out of turn would be taken for another's.
  if (response.socket) close();
  else response.once("socket", close);
}

/**
 * Writes an answer straight to a connection and ends our half of it; the other half is ended by the caller, or after a
 * second. Closing both while the caller still sends makes TCP reset the connection, and the answer is lost (RFC 9112,
 * section 9.6). Node's own way of ending a response closes both.
 */
export function writeAndEnd(socket: Duplex, answer: PlainAnswer, measured = answer.body): void {
  const { status, headers, body } = answer;
  const lines = Object.entries({
    ...headers,
    Date: new Date().toUTCString(),
    "Content-Length": String(Buffer.byteLength(measured)),
    Connection: "close",
  });
  const head = lines.map(([name, value]) => `${name}: ${value}`).join("\r\n");
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n\r\n`);
  socket.end(body);
}

/** Reads and drops what still arrives of a body, within bounds. */
function drain(request: IncomingMessage, socket: Socket): void {
  let dropped = 0;
  request.removeAllListeners("data");
  request.on("data", (chunk: Uint8Array) => {
    dropped += chunk.byteLength;
    if (dropped > LINGER_BYTES) socket.destroy();
  });
  request.once("error", () => socket.destroy());
  // Nothing comes any more, so nothing has to be waited for but our own bytes.
  request.once("end", () => socket.destroySoon());
  request.resume();
}
