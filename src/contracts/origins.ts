/** Scheme, host and perhaps a port, as people copy it out of the address bar: with a slash behind it, or without. */
const ORIGIN = /^https?:\/\/[^\s/?#\\@%*]+\/?$/i;

/**
 * An origin in the one form in which browsers send it (RFC 6454, section 6.2): small letters, the host in its ASCII form, no
 * port where it is the usual one of the scheme.
 * @returns null for what is none, or names more or less than one: a path, a user, a wildcard, `null`
 */
export function canonicalOrigin(text: string): string | null {
  // The parser alone would drop a path and a user, read `\` as a slash, and decode what is percent-encoded.
  if (!ORIGIN.test(text) || !URL.canParse(text)) return null;
  return new URL(text).origin;
}

/**
 * Whether pages of an origin may use a key, for its list. An empty list admits every origin. `null` is a call without an
 * Origin, which no browser sends across origins: it passes, as a list of origins bounds browsers and is no secret.
 */
export function originFilter(origins: readonly string[]): (origin: string | null) => boolean {
  if (origins.length === 0) return admitAny;
  const admitted = new Set(origins);
  return (origin) => origin === null || admitted.has(origin);
}

const admitAny = () => true;
