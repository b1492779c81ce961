import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  body: string;
}

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ port: Number(port), host: hostname, allowHalfOpen: false });
}

/** Sends bytes on a connection of their own, as no fetch would, and reads until the other side closes. */
export function exchange(url: string, bytes: string): Promise<string> {
  const socket = open(url);
  for (let sent = 0; sent < bytes.length; sent += 32_768) socket.write(bytes.slice(sent, sent + 32_768));
  return received(socket);
}

/** Sends a head and then chunks of a body, as fast as they are taken, until all are sent or the other side has closed. */
export function exchangeEndless(url: string, head: string, bodyBytes: number): Promise<string> {
  const socket = open(url);
  const chunk = Buffer.alloc(65_536, "x");
  const framed = Buffer.concat([Buffer.from("10000\r\n"), chunk, Buffer.from("\r\n")]);
  let left = bodyBytes;
  const send = () => {
    while (left > 0) {
      left -= chunk.length;
      // Writing to what the other side has closed ends the socket at once: an answer that has come is to be read first.
      if (!socket.write(framed)) return void socket.once("drain", () => setImmediate(send));
    }
    if (!socket.destroyed) socket.write("0\r\n\r\n");
  };
  socket.write(head, send);
  return received(socket);
}

/** Sends a head and, once an answer can be on its way, the body, and reads only then. */
export async function exchangeInTwo(url: string, head: string, body: string): Promise<string> {
  const socket = open(url);
  const answer = received(socket);
  socket.pause();
  socket.write(head);
  await pause(50);
  socket.write(body);
  await pause(50);
  socket.resume();
  return answer;
}

function received(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", (error) => (answer ? resolve(answer) : reject(error)));
    socket.on("close", () => resolve(answer));
  });
}

/** Takes the answer to one request apart. */
export function rawAnswer(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Headers(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf(":")),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const body = text.slice(end + 4);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]),
    headers,
    body: headers.get("transfer-encoding") === "chunked" ? unchunked(body) : body,
  };
}

/** A body whose chunks hold ASCII. */
function unchunked(body: string): string {
  const end = body.indexOf("\r\n");
  const size = Number.parseInt(body.slice(0, end), 16);
  return size > 0 ? body.slice(end + 2, end + 2 + size) + unchunked(body.slice(end + 4 + size)) : "";
}
