/** Tailwind's `sm`, below which a table of many columns is no use. */
export const NARROW_SCREEN = "(width < 640px)";

/** Where a browser remembers which kind of screen it has, should the server have taken it for the other. */
export const SCREEN_COOKIE = "screen";

/**
 * Whether to draw a page for a phone, as far as a request can tell: by what this browser has measured last, else by what it
 * calls itself. "Mobi" is what every phone's says, and what desktops and most tablets do not.
 * @param remembered the cookie's value
 */
export function isNarrowScreen(remembered: string | undefined, userAgent: string | null): boolean {
  if (remembered === "narrow") return true;
  if (remembered === "wide") return false;
  return userAgent?.includes("Mobi") ?? false;
}
