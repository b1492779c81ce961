import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { AppError } from "@/server/core/errors";
import type { Platform } from "@/server/platform";
import { createTrpcContext, type TrpcContext } from "./context";
import { appRouter } from "./router";

/**
 * Answers calls of procedures.
 * @throws AppError unsupported_media_type for a body that is not JSON. tRPC would read forms as well, and those are what
 * another site can have a browser send without asking.
 */
export async function serveProcedures(platform: Platform, request: Request): Promise<Response> {
  if (request.method === "POST" && !isJson(request.headers.get("content-type"))) {
    throw new AppError("unsupported_media_type", "Send the body as application/json.");
  }
  return respond(request, () => createTrpcContext(platform, request.headers));
}

/**
 * A refusal from before any procedure, in the form in which the console's pages read one. Of the request tRPC sees no
 * more than which procedures were meant: what it makes of a body that was refused must not matter.
 */
export function refuseProcedures(error: AppError, { url, method }: Request): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return respond(new Request(url, { method, headers }), () => Promise.reject(error));
}

function respond(req: Request, createContext: () => Promise<TrpcContext>): Promise<Response> {
  return fetchRequestHandler({ endpoint: "/api/trpc", req, router: appRouter, createContext });
}

function isJson(contentType: string | null): boolean {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
