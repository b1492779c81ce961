import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import {
  MAX_ANONYMOUS_BATCH_SIZE,
  MAX_BATCH_SIZE,
  MAX_PROCEDURE_JSON_VALUES,
  MAX_PROCEDURE_PATH_LENGTH,
} from "@/contracts/bounds";
import { AppError, notFound } from "@/server/core/errors";
import { boundJson } from "@/server/core/json";
import { boundedRequest } from "@/server/core/read-body";
import type { Runtime } from "@/server/runtime/runtime";
import { maxBodyOf, PROCEDURES_ROOT, procedureRefusal, proceduresIn } from "./body-bounds";
import { createTrpcContext, type TrpcContext } from "./context";
import { appRouter } from "./router";

/** The input of a batch stands one level further in. */
const boundInput = (json: string) => boundJson(json, MAX_PROCEDURE_JSON_VALUES, 1);

/**
 * Answers calls of procedures: one, or a batch. What is out of bounds is refused before tRPC reads it.
 * @throws AppError unsupported_media_type for a body that is not JSON. tRPC would read forms as well, and those are what
 * another site can have a browser send without asking. And payload_too_large, request_timeout, malformed_json, not_found,
 * key_missing for a batch that only somebody with a session may send
 */
export async function serveProcedures(runtime: Runtime, request: Request): Promise<Response> {
  if (request.method === "POST" && !isJson(request.headers.get("content-type"))) {
    throw new AppError("unsupported_media_type", "Send the body as application/json.");
  }
  const { pathname, searchParams } = new URL(request.url);
  if (pathname.length > PROCEDURES_ROOT.length + MAX_PROCEDURE_PATH_LENGTH) throw notFound();
  boundInput(searchParams.get("input") ?? "");
  // Made once, whether for the size of the body or for the procedures: it looks the session up.
  let context: Promise<TrpcContext> | undefined;
  const createContext = () => {
    context ??= createTrpcContext(runtime, request.headers);
    return context;
  };
  // Each would be answered by itself: with twenty of them a stranger holds the process for as long as with a page.
  if (proceduresIn(pathname).length > MAX_ANONYMOUS_BATCH_SIZE) {
    const { principal } = await createContext();
    if (!principal) throw new AppError("key_missing", "Sign in to continue.");
  }
  const more = async () => maxBodyOf(pathname, (await createContext()).principal);
  const req = await boundedRequest(request, { more }, (body) => boundInput(body.toString("utf8")));
  const endpoint = PROCEDURES_ROOT.slice(0, -1);
  const answer = await fetchRequestHandler({
    endpoint,
    req,
    router: appRouter,
    createContext,
    maxBatchSize: MAX_BATCH_SIZE,
  });
  // tRPC names no type where it refuses a batch as a whole, and a Response of text says text/plain for it.
  if (answer.headers.get("content-type")?.startsWith("text/plain")) {
    answer.headers.set("content-type", "application/json");
  }
  for (const cookie of (await context)?.cookies ?? []) answer.headers.append("set-cookie", cookie);
  return answer;
}

/** A refusal from before any procedure, in the form in which the console's pages read one. */
export function refuseProcedures(error: AppError): Response {
  const { body, ...head } = procedureRefusal(error);
  return new Response(body, head);
}

function isJson(contentType: string | null): boolean {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}
