import { ENVIRONMENT_DETAILS } from "./environments";

/** Characters of a key's random part, base62: 190 bits. */
export const RANDOM_LENGTH = 32;

/** Characters of the checksum behind it, base62. Anybody can compute them. */
export const CHECKSUM_LENGTH = 6;

/** How many characters of either end a masked key shows. */
const SHOWN_LENGTH = 4;

const SLUGS = Object.values(ENVIRONMENT_DETAILS).map(({ slug }) => slug);

/** Source of an expression for what stands in every key behind its prefix. */
const KEY_ENVIRONMENT = `_(?:${SLUGS.join("|")})_`;

/** Source of an expression for how every key begins, whatever its prefix: `{prefix}_{env}_`. */
export const KEY_START = `[a-z0-9]{2,10}${KEY_ENVIRONMENT}`;

const inAddress = (source: string) => source.replaceAll("_", "(?:_|%5F)");

/** The same in an address, where `_` may stand percent-encoded. For expressions that take capitals as well. */
export const KEY_START_IN_ADDRESS = inAddress(KEY_START);

/** What every key has in its middle. Most texts hold no such part, and need not be searched for keys by the whole expression. */
export const KEY_ENVIRONMENT_IN_ADDRESS = inAddress(KEY_ENVIRONMENT);

/** Source of an expression for a whole key. Its prefix is any: changing KEY_PREFIX must not kill the keys in use. */
export const KEY_SHAPE = `${KEY_START}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}`;

/** What may be shown of a key for good: `kw_stag_Ab12…x9Qz`. */
export function maskApiKey(key: string): string {
  const start = key.lastIndexOf("_") + 1;
  return `${key.slice(0, start + SHOWN_LENGTH)}…${key.slice(-SHOWN_LENGTH)}`;
}
