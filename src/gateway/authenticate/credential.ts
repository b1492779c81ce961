import { isWellFormedKey } from "@/server/core/key-format";
import type { GatewayRequest } from "../http/request";

/** RFC 6750, section 2.1; the scheme is case-insensitive (RFC 9110, section 11.1). */
const BEARER = /^bearer +(.*)$/i;

/**
 * The keys the call carries, each once: in `Authorization: Bearer` and `X-API-Key`, never in the query string or the
 * body, which end up in logs, histories and referrers. A header without a value carries none: many clients send it so where
 * they have no key.
 * @returns none, one or two; any text that is not empty
 */
export function readCredentials(headers: GatewayRequest["headers"]): string[] {
  const { authorization } = headers;
  const bearer = authorization === undefined ? null : BEARER.exec(authorization.trim())?.[1]?.trim() || null;
  const apiKey = headers["x-api-key"]?.trim() || null;
  const sent = [bearer, apiKey === bearer ? null : apiKey];
  return sent.filter((credential) => credential !== null);
}

/** What stands before the credential: the name of a scheme (RFC 9110, section 11.4). */
const SCHEME = /^\S+\s+/;

/**
 * Whether Authorization holds a well-formed key after another scheme than Bearer, or after none. It is no credential, as no
 * two readers of such a header need agree on what it says; whoever sent it is told how to send it.
 */
export function holdsMisplacedKey({ authorization }: GatewayRequest["headers"]): boolean {
  return authorization !== undefined && isWellFormedKey(authorization.trim().replace(SCHEME, ""));
}
