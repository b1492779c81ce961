import { type NextRequest, NextResponse } from "next/server";
import { PATH_HEADER } from "@/contracts/headers";
import { readEnv } from "@/env";

const isDevelopment = readEnv().NODE_ENV === "development";

/** What a page of the console may load and do. One line, one attack. */
function contentSecurityPolicy(nonce: string): string {
  return [
    // Whatever is not named below, from elsewhere: nothing of it is needed.
    "default-src 'self'",
    // Injected script (a name or a user agent that slips through as markup): it does not know this answer's nonce.
    // React's development build evaluates code for its error stacks; the production build does not.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    // Style attributes are how menus are placed. Injected style alone can read nothing out: images and fonts, its ways
    // of sending, are held to this origin.
    "style-src 'self' 'unsafe-inline'",
    // Sending data out in the address of an image.
    "img-src 'self' data:",
    "font-src 'self'",
    // Sending data out by fetch, should a script run after all. Development reloads over a web socket.
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
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

/** Gives every page its security headers. The API answers with its own. */
export function proxy(request: NextRequest) {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce);
  const requestHeaders = new Headers(request.headers);
  // Next reads the nonce from here and puts it on its scripts. Set, not added: a caller's own header must not choose it.
  requestHeaders.set("content-security-policy", policy);
  // Layouts cannot see the address; whoever has to sign in first comes back to it (trpc/server.tsx).
  requestHeaders.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);

  const response = NextResponse.next({ request: { headers: requestHeaders } });
  response.headers.set("content-security-policy", policy);
  // The set-up token, and ids in addresses, leaking to whatever a link leads to.
  response.headers.set("referrer-policy", "no-referrer");
  // A file served with one type being run as another.
  response.headers.set("x-content-type-options", "nosniff");
  // A script that does run asking for the machine's senses. The clipboard is left out, as copying keys needs it.
  response.headers.set(
    "permissions-policy",
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  );
  return response;
}

export const config = {
  // Not the API, which answers machines, nor the build's files, which are the same for everybody.
  matcher: ["/((?!api/|api$|_next/static|_next/image|(?:favicon\\.ico|icon\\.svg)$).*)"],
};
