import { CHECKSUM_LENGTH, KEY_START, RANDOM_LENGTH } from "./key-shape";

/**
 * From so many random characters on, what is missing of a key could be guessed. A masked form has four, and a name such
 * as "data_prod_administrator" fewer than this.
 */
const LEAST_LENGTH = 20;

/** A key, also one that lacks its end, or whose first letter a phone made a capital. */
const PASTED_KEY = new RegExp(
  `(${KEY_START})([0-9a-z]{${LEAST_LENGTH},${RANDOM_LENGTH + CHECKSUM_LENGTH}})`,
  "i",
);

/** A byte as it stands in addresses (also encoded twice), in JSON, and in the logs of servers: `%3D`, `%253D`, `\u003d`, `\x3d`. */
const ESCAPED_BYTE = /(?:%(?:25)*|\\x|\\u00)([0-9a-f]{2})/gi;
const ESCAPED_BREAK = /\\[bfnrt]/g;

/**
 * The key that a text holds, or null. Asked of everything that is about to enter an address, a query string or a search:
 * what stands there is kept by histories, proxies and logs. Escapes are undone first, or the last letters of one would
 * pass for the beginning of the key, and a leaked key for nobody's.
 */
export function keyIn(text: string): string | null {
  // As it stands as well: a percent sign right before a key is no escape.
  const [, start, rest] = PASTED_KEY.exec(unescaped(text)) ?? PASTED_KEY.exec(text) ?? [];
  return start === undefined ? null : start.toLowerCase() + rest;
}

function unescaped(text: string): string {
  return text
    .replace(ESCAPED_BYTE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(ESCAPED_BREAK, " ");
}
