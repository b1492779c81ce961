import type { IncomingMessage } from "node:http";
import { hasBody } from "./closing";

/** A request as the gateway reads it, whichever mount it came by. Made of what is there: nothing is copied or parsed twice. */
export interface GatewayRequest {
  method: string;
  /** As it came, percent-encoded. */
  path: string;
  /** As it came, without the question mark; empty where there is none. */
  query: string;
  /** By name in lower case. What came several times is one value, joined by commas (RFC 9110, section 5.3). */
  headers: Readonly<Record<string, string | undefined>>;
  /** Null: it has none. */
  body: AsyncIterable<Uint8Array> | null;
  /** Peer of the connection, empty once that is gone. Absent where the mount cannot see it: Next's route handlers. */
  socketAddress: string | undefined;
  /** Whether the mount answers on the connection itself, and sees to its end where the caller still sends. */
  ownsConnection: boolean;
}

/**
 * A request of Node's server (http/server.ts, which has it join headers that came twice: of two Authorization headers the
 * first alone would be looked at here, and perhaps the second by a proxy in front).
 */
export function requestOfNode(incoming: IncomingMessage): GatewayRequest {
  const { method = "", url = "/" } = incoming;
  // The type allows for lists because of Set-Cookie, which nobody sends to a server and nobody here reads.
  const headers = incoming.headers as GatewayRequest["headers"];
  return {
    method,
    ...targetOf(url),
    headers,
    // A body that is refused half-way leaves the connection to whoever answers.
    body: hasBody(incoming.headers) ? incoming.iterator({ destroyOnReturn: false }) : null,
    // Never absent, also when the caller has hung up by now: that would mean a hosting whose every header is believed.
    socketAddress: incoming.socket?.remoteAddress ?? "",
    ownsConnection: true,
  };
}

/** A request of the Fetch standard, as Next's route handlers get it. */
export function requestOfFetch(request: Request, socketAddress: string | undefined): GatewayRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
    headers: Object.fromEntries(request.headers),
    // The DOM's type for ReadableStream lacks the iterator that Node's has.
    body: request.body as unknown as AsyncIterable<Uint8Array> | null,
    socketAddress,
    ownsConnection: false,
  };
}

function targetOf(target: string): Pick<GatewayRequest, "path" | "query"> {
  const end = target.indexOf("?");
  return end < 0 ? { path: target, query: "" } : { path: target.slice(0, end), query: target.slice(end + 1) };
}
