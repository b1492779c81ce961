/**
 * A full key anywhere in what was typed or pasted, also one that lacks its end: the random part has 32 characters, and from
 * here on so many of them are there that what is left could be guessed. A display form has four, and a name such as
 * "data_prod_administrator" fewer than this.
 */
const PASTED_KEY = /[a-z0-9]{2,10}(?:_|%5F)(?:prod|stag|dev)(?:_|%5F)[0-9a-z]{20,}/i;

/**
 * The key that a text holds, or null. Asked of everything that is about to enter an address, a query string or a search:
 * what stands there is kept by histories, proxies and logs.
 */
export function keyIn(text: string): string | null {
  const [found] = PASTED_KEY.exec(text) ?? [];
  return found?.replaceAll(/%5F/gi, "_") ?? null;
}

/** What may be shown of a pasted key: `kw_prod_Ab12…x9Qz`, the display form where it is whole. */
export function maskKey(key: string): string {
  const start = key.lastIndexOf("_") + 1;
  return `${key.slice(0, start + 4)}…${key.slice(-4)}`;
}
