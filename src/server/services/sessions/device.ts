import Bowser from "bowser";

/** What is said of a browser that names itself in no way that is known, or not at all. */
const UNKNOWN = "an unknown browser";

/**
 * The browser and system behind a `User-Agent`, in words: "Firefox on Windows". Whoever holds a stolen cookie can send any;
 * it helps people to recognise their own devices, and decides nothing.
 */
export function deviceOf(userAgent: string | null): string {
  if (!userAgent) return UNKNOWN;
  const { browser, os } = Bowser.parse(userAgent);
  if (!browser.name) return UNKNOWN;
  return os.name ? `${browser.name} on ${os.name}` : browser.name;
}
