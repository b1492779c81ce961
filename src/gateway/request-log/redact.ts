import { maskLicenseKey } from "@/contracts/licenses";
import { cleaned } from "@/contracts/text";
import { maskedUrl } from "@/contracts/webhooks";
import { redactKeys } from "@/server/core/key-format";

/** Characters kept of each part of a row. */
const MAX = {
  path: 1_000,
  query: 2_000,
  detail: 500,
  agent: 300,
  header: 1_000,
  body: 8_192,
  type: 100,
} as const;

/** A body longer than this is noted as its type and size: reading it through would hold the process up. Characters. */
const MAX_PARSED_BODY = 65_536;

/** Longer text is cut before it is looked through: a key that the cut leaves half of is found all the same. */
const MAX_SEARCHED = 16_384;

const REDACTED = "[redacted]";

/** Licence keys of our own making, also one that lacks its last group; a hyphen may stand percent-encoded. */
const LICENSE_KEY = /(?<![0-9A-Z])[0-9A-Z]{5}(?:(?:-|%2D)[0-9A-Z]{5}){3,4}/gi;

/** Parts of names whose values are secrets, whatever they look like. Compared in lower case, without punctuation. */
const SECRET_PARTS =
  /token|secret|passw|passphrase|credential|authori[sz]ation|cookie|signature|session|bearer|apikey|licen[sc]ekey|privatekey|accesskey/;
const SECRET_NAMES = new Set(["key", "auth", "pwd", "pin", "otp", "jwt", "xkey"]);

/** Whether the value of a header, parameter or field of this name must not be kept. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return SECRET_NAMES.has(plain) || SECRET_PARTS.test(plain);
}

/** As it can be stored and shown: a caller's agent must not make a row of the log read backwards. */
const fitted = (text: string, max: number) => cleaned(text.slice(0, max));

/** Text without keys of ours and licence keys, fit for Postgres, at most so long. */
function redactText(text: string, max: number): string {
  const redacted = redactKeys(text.slice(0, MAX_SEARCHED)).replace(LICENSE_KEY, maskLicenseKey);
  return fitted(redacted, max);
}

export const redactAgent = (agent: string, max: number = MAX.agent) => redactText(agent, max);
export const redactDetail = (detail: string) => redactText(detail, MAX.detail);
/** The path of a call, percent-encoded as it came, unless something was hidden by that very encoding. */
export const redactPath = (path: string, max: number = MAX.path) => redactEncoded(path, max);

/** A query string, without the question mark. */
export function redactQuery(query: string): string {
  const parts = query.slice(0, MAX_SEARCHED).split("&");
  const kept = parts.map((part) => {
    const end = part.indexOf("=");
    const name = part.slice(0, Math.max(0, end));
    if (end !== -1 && isSecretName(decode(name))) return `${redactEncoded(name, MAX.query)}=${REDACTED}`;
    return redactEncoded(part.slice(0, end + 1) + withoutValues(part.slice(end + 1)), MAX.query);
  });
  return fitted(kept.join("&"), MAX.query);
}

/** The text, with keys that only show once percent-encoding is undone taken out as well: once, or twice over. */
function redactEncoded(text: string, max: number): string {
  let redacted = redactText(text, MAX_SEARCHED);
  let decoded = redacted;
  for (let layer = 0; layer < 2 && decoded.includes("%"); layer++) {
    decoded = decode(decoded);
    const safe = redactText(decoded, MAX_SEARCHED);
    if (safe !== decoded) redacted = decoded = safe;
  }
  return fitted(redacted, max);
}

/** Percent-decoded, sequence by sequence; what is no valid encoding stays as it is. */
export function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

/** A URL without what may be a token in it: values of its query, fragment, user. All else, and a URL without these, as it came. */
function withoutValues(text: string): string {
  if (!/https?[:%]/i.test(text)) return text;
  const plain = decode(decode(text));
  if (!/^\s*https?:/i.test(plain) || !URL.canParse(plain)) return text;
  const { href, search, hash, username, password } = new URL(plain);
  return search || hash || username || password ? maskedUrl(href) : text;
}

/**
 * Headers that name another address than the call's: of the page that it comes from, or of what a proxy in front guards. Such a path or
 * query may be a secret by itself, a link that works once, and what is guarded is none of the log's business. Each proxy has its
 * own names for them, so a value that reads as a path, or as a URL with more than an origin, tells them too.
 */
const NAMES_FOREIGN_ADDRESS = /^(?:referer|x-(?:envoy-)?(?:forwarded|original|rewrite)-(?:uri|url|path))$/i;
const FOREIGN_ADDRESS = /^["'<\s]*(?:\/|[a-z][a-z\d+.-]*:\/\/[^/?#@]*(?:\/.|[?#@]))/is;

const isForeignAddress = (name: string, value: string) =>
  NAMES_FOREIGN_ADDRESS.test(name) || FOREIGN_ADDRESS.test(decode(decode(value)));

/** Headers as they may be kept: those that carry secrets by name lose their value, all others by shape. */
export function redactHeaders(
  headers: readonly (readonly [string, string | undefined])[],
): Record<string, string> {
  let room: number = MAX.body;
  const kept: Record<string, string> = {};
  for (const [name, value = ""] of headers) {
    const isKept = !isSecretName(name) && !isForeignAddress(name, value);
    const safe = isKept ? redactEncoded(value, MAX.header) : REDACTED;
    room -= name.length + safe.length;
    if (room < 0) break;
    kept[redactText(name, MAX.header)] = safe;
  }
  return kept;
}

/** A body and what it was announced as; `text` is null where it was not read. */
export interface SeenBody {
  type: string | null;
  text: string | null;
  bytes: number;
}

/** A JSON body as it may be kept; of any other its type and size. Null where there was none. */
export function redactBody({ type, text, bytes }: SeenBody): string | null {
  if (bytes === 0 && type === null) return null;
  const announced = type ?? "no type";
  const note = `[${redactText(announced, MAX.type)}, ${bytes} bytes${text === null ? ", not read" : ""}]`;
  if (text === null || text.length > MAX_PARSED_BODY || !/\bjson\b/i.test(announced)) return note;
  try {
    return atMostBytes(redactText(JSON.stringify(redactValue(JSON.parse(text))), MAX.body));
  } catch {
    // What is no JSON cannot be looked through field by field.
    return note;
  }
}

/** Cut to the bytes of a body, without half a character at the end. */
function atMostBytes(text: string): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, MAX.body), { stream: true });
}

function redactValue(value: unknown): unknown {
  if (typeof value === "string") return redactEncoded(withoutValues(value), MAX_SEARCHED);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [
    redactText(name, MAX_SEARCHED),
    isSecretName(name) && inner !== null ? REDACTED : redactValue(inner),
  ]);
  return Object.fromEntries(fields);
}
