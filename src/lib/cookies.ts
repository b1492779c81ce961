const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Keeps a preference of this browser where the server can read it before it draws; null forgets it.
 * Preferences only: nothing secret is ever in a cookie that scripts can read.
 */
export function writeCookie(name: string, value: string | null) {
  const lifetime = value === null ? 0 : YEAR_SECONDS;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API exists in secure contexts only, and plain-HTTP installs must work
  document.cookie = `${name}=${encodeURIComponent(value ?? "")}; Path=/; Max-Age=${lifetime}; SameSite=Lax`;
}
