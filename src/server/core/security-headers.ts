/** A year, as browsers' own lists ask for. Without includeSubDomains: what else runs below the name is not ours to decide. */
const HSTS = "max-age=31536000";

/** Whether an address is one of HTTPS, however it is written: `HTTPS://Keys.example` is. */
export function isHttps(url: string): boolean {
  return new URL(url).protocol === "https:";
}

/** On every answer of the console: pages, procedures, sign-in, files and refusals. One line, one attack. */
function commonHeaders(https: boolean): Record<string, string> {
  return {
    // A file served with one type being run as another.
    "X-Content-Type-Options": "nosniff",
    // Ids in addresses leaking to whatever a link leads to. Tokens stand behind `#`, which no browser sends. Our own server gets the address: where
    // a browser sends nothing better, that is how a download shows that it was asked for here (auth/same-origin.ts).
    "Referrer-Policy": "same-origin",
    // A page that opened this one, or was opened by it, reaching into its window.
    "Cross-Origin-Opener-Policy": "same-origin",
    // Another site loading an answer as an image or a script, into a process that its own code can read (Spectre).
    "Cross-Origin-Resource-Policy": "same-origin",
    // Somebody in between who answers the first plain request (RFC 6797). Over plain HTTP browsers ignore it.
    ...(https ? { "Strict-Transport-Security": HSTS } : {}),
  };
}

/** Of everything that is not a page: data of one administrator, for the page that asked for it. */
export function answerHeaders({ https }: { https: boolean }): Record<string, string> {
  return {
    ...commonHeaders(https),
    // The next person at this computer, or a cache in between, finding what was for one administrator's eyes.
    "Cache-Control": "no-store",
    // An answer that is opened as if it were a page: nothing in it runs or loads, and nobody can frame it.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  };
}

/**
 * Of a page. Next itself sees to it that no cache keeps one.
 * @param nonce known to this answer's own scripts alone
 * @param development React's development build evaluates code for its error stacks, and reloads over a web socket
 */
export function pageHeaders(page: {
  nonce: string;
  https: boolean;
  development: boolean;
}): Record<string, string> & { "Content-Security-Policy": string } {
  return {
    ...commonHeaders(page.https),
    "Content-Security-Policy": pagePolicy(page),
    // A script that does run asking for the machine's senses. The clipboard is left out, as copying keys needs it.
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  };
}

/** What a page of the console may load and do. */
function pagePolicy({ nonce, development }: { nonce: string; development: boolean }): string {
  return [
    // Whatever is not named below, from elsewhere: nothing of it is needed.
    "default-src 'self'",
    // Injected script (a name or a user agent that slips through as markup): it does not know this answer's nonce.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    // Style attributes are how menus are placed. Injected style alone can read nothing out: images and fonts, its ways
    // of sending, are held to this origin.
    "style-src 'self' 'unsafe-inline'",
    // Sending data out in the address of an image.
    "img-src 'self' data:",
    "font-src 'self'",
    // Sending data out by fetch, should a script run after all.
    `connect-src 'self'${development ? " ws:" : ""}`,
    // Clickjacking: the console in an invisible frame above somebody's game, "Revoke" under the mouse.
    "frame-ancestors 'none'",
    // An injected <base> that turns relative script addresses to another host.
    "base-uri 'none'",
    // An injected form that sends what is typed, a password, elsewhere.
    "form-action 'self'",
    // Plug-in content, which obeys none of this.
    "object-src 'none'",
    // No upgrade-insecure-requests: an installation on plain HTTP would lose its own scripts.
  ].join("; ");
}
