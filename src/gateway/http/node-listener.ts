import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { AppError } from "@/server/core/errors";
import type { Runtime } from "@/server/runtime/runtime";
import { createGateway } from "../app";
import type { WholeAnswer } from "../call";
import { API_ROOT, unroutable } from "../routes";
import { answerAndClose, isStillSending } from "./closing";
import { health, ready } from "./probes";
import { refusalResponse } from "./refusal";
import type { Listener } from "./server";

const PROBES = ["/api/health", "/api/ready"];
const PROBE_METHODS = ["GET", "HEAD"];

/** Whether a path is the rest app's: `/api/v1`, anything below it, or a probe. */
export function isApiPath(path: string): boolean {
  return path === API_ROOT || path.startsWith(`${API_ROOT}/`) || PROBES.includes(path);
}

/** The rest app as a listener of Node's HTTP server, behind the front (http/front.ts), which sees to target and Host. */
export function gatewayListener(runtime: Runtime): Listener {
  const app = createGateway(runtime);
  return getRequestListener(
    (request, { incoming, outgoing }) => {
      const path = (incoming.url ?? "").split("?", 1)[0] ?? "";
      if (PROBES.includes(path)) {
        if (!PROBE_METHODS.includes(request.method))
          return refusalResponse(runtime, unroutable(PROBE_METHODS), path);
        return path === "/api/health" ? health() : ready(runtime);
      }
      return app.fetch(request, {
        // Never absent, also when the caller has hung up by now: that would mean a hosting whose every header is believed.
        socketAddress: incoming.socket?.remoteAddress ?? "",
        // main.ts serves HTTP/1.1 alone; the types allow for HTTP/2 as well.
        send: (answer) => send(incoming as IncomingMessage, outgoing as ServerResponse, answer),
      });
    },
    {
      overrideGlobalObjects: false,
      // For a target or a Host that makes no URL, should one come past the front.
      errorHandler: () =>
        refusalResponse(
          runtime,
          new AppError("invalid_request", "This is not a valid HTTP request."),
          API_ROOT,
        ),
    },
  );
}

/**
 * Writes an answer straight to the connection. A Response, with the stream and the Headers in it, was a fifth of the
 * processor time of a call, measured in turns with and without. A caller that still sends a body nobody will read is told
 * that the connection ends.
 */
function send(incoming: IncomingMessage, outgoing: ServerResponse, answer: WholeAnswer): Response {
  const { status, headers, body } = answer;
  if (isStillSending(incoming)) answerAndClose(incoming, outgoing, answer);
  else if (status === 204 || status === 304) outgoing.writeHead(status, headers).end();
  else outgoing.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) }).end(body);
  return RESPONSE_ALREADY_SENT;
}
