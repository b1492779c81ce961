import { cancelWhenGone } from "@/server/core/download";
import type { Runtime } from "@/server/runtime/runtime";
import { createGateway } from "../app";
import type { WireAnswer } from "../call";
import { requestOfFetch } from "./request";

/**
 * The gateway for a mount that speaks the Fetch standard: Next's route handlers.
 * @returns answers a request; the peer of its connection where the mount knows it (GatewayRequest)
 */
export function createFetchHandler(
  runtime: Runtime,
): (request: Request, socketAddress?: string) => Promise<Response> {
  const gateway = createGateway(runtime);
  return async (request, socketAddress) => {
    const answer = await gateway(requestOfFetch(request, socketAddress));
    const response = responseOf(answer, request.method);
    if (answer.body instanceof ReadableStream) cancelWhenGone(answer.body, request.signal);
    return response;
  };
}

/** An answer of the gateway, or of a probe, as a Response. */
export function responseOf({ status, headers, body }: WireAnswer, method: string): Response {
  // Of these statuses it refuses to be made with a body, even an empty one (Fetch, "null body status").
  const isBodiless = method === "HEAD" || status === 204 || status === 304;
  return new Response(isBodiless ? null : body, { status, headers });
}
