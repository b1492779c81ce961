import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";

/** Of every file: what is for one administrator's eyes is kept by no cache, and is taken for what it says it is. */
export const FILE_HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/** Why there is no file, as a line of text: a procedure's refusal in its own words, of a fault nothing but `fault`. */
export function fileRefusal(error: unknown, fault: string): Response {
  const known = error instanceof TRPCError && error.code !== "INTERNAL_SERVER_ERROR";
  return new Response(known ? error.message : fault, {
    status: known ? getHTTPStatusCodeFromError(error) : 500,
    headers: { ...FILE_HEADERS, "Content-Type": "text/plain; charset=utf-8" },
  });
}
