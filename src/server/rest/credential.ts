import { AppError } from "@/server/core/errors";

/** RFC 6750, section 2.1; the scheme is case-insensitive (RFC 9110, section 11.1). */
const BEARER = /^bearer +(.*)$/i;

/**
 * The key the call carries: `Authorization: Bearer` or `X-API-Key`, never the query string or the body, which end up in
 * logs, histories and referrers.
 * @returns null without a credential; any text otherwise, also an empty one
 * @throws AppError invalid_request when two different ones are sent: guessing which was meant could use the wrong one
 */
export function readCredential(headers: Headers): string | null {
  const authorization = headers.get("authorization");
  const bearer = authorization === null ? null : (BEARER.exec(authorization.trim())?.[1]?.trim() ?? null);
  const apiKey = headers.get("x-api-key")?.trim() ?? null;
  if (bearer !== null && apiKey !== null && bearer !== apiKey) {
    throw new AppError("invalid_request", "Two different API keys were sent; send one.");
  }
  return bearer ?? apiKey;
}
