const ANY_ORIGIN = "http://keyward.invalid";

/**
 * The path within the console to go to after signing in, or "/".
 * Stops the open redirect: `/sign-in?callbackUrl=https://evil.example` on a trusted address, sent to an administrator,
 * would hand a freshly signed-in person to a copy of this page that asks for the password "once more". `//host` and
 * `/\host` are other origins to a browser too, and so is `/<tab>/host`, as it drops tabs before it parses; therefore
 * the URL parser decides, not the first characters alone.
 */
export function safePath(wanted: string | undefined): string {
  if (!wanted?.startsWith("/") || /^\/[/\\]/.test(wanted)) return "/";
  if (!URL.canParse(wanted, ANY_ORIGIN)) return "/";
  const url = new URL(wanted, ANY_ORIGIN);
  // `/.//host` parses to the path `//host`, which would be another origin again when it is used.
  if (url.origin !== ANY_ORIGIN || url.pathname.startsWith("//")) return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
