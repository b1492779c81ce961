import type { GatewayRequest } from "../http/request";

/** RFC 6750, section 2.1; the scheme is case-insensitive (RFC 9110, section 11.1). */
const BEARER = /^bearer +(.*)$/i;

/**
 * The keys the call carries, each once: in `Authorization: Bearer` and `X-API-Key`, never in the query string or the
 * body, which end up in logs, histories and referrers.
 * @returns none, one or two; any text, also an empty one
 */
export function readCredentials(headers: GatewayRequest["headers"]): string[] {
  const { authorization } = headers;
  const bearer =
    authorization === undefined ? null : (BEARER.exec(authorization.trim())?.[1]?.trim() ?? null);
  const apiKey = headers["x-api-key"]?.trim() ?? null;
  const sent = [bearer, apiKey === bearer ? null : apiKey];
  return sent.filter((credential) => credential !== null);
}
