import { KeywardError } from "./problem.js";

/**
 * Whether an error says that a connection failed: a TypeError (WHATWG Fetch, section 5.6), or one with a code, as Bun and other
 * people's fetches throw it. Anything else is a fault of the program.
 */
export function isLost(error: unknown): error is Error {
  return error instanceof TypeError || (error instanceof Error && typeof codeOf(error) === "string");
}

/** That no whole answer came. Of what was asked for its message names the server alone, as a query may hold an e-mail. */
export function unreachable({ url }: Request, cause: Error): KeywardError {
  const message = `No whole answer came from ${new URL(url).origin}: ${reasonOf(cause)}`;
  return new KeywardError("unreachable", 0, null, null, message, { cause });
}

/** An answer that has come to its end, so that a connection that breaks before that is noticed where calls are repeated. */
export async function wholeOf(response: Response): Promise<Response> {
  return response.body === null ? response : new Response(await response.arrayBuffer(), response);
}

/** "fetch failed" says nothing: what it is due to does. One of several addresses that all failed has a code alone. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || String(codeOf(error));
}

function codeOf(error: Error): unknown {
  return (error as { code?: unknown }).code;
}
