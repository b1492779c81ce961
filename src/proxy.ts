import { type NextRequest, NextResponse } from "next/server";
import { PATH_HEADER } from "@/contracts/headers";
import { readEnv } from "@/env";
import { isHttps, pageHeaders } from "@/server/core/security-headers";

const env = readEnv();
const development = env.NODE_ENV === "development";
const https = env.NEXTAUTH_URL !== undefined && isHttps(env.NEXTAUTH_URL);

/** Gives every page its security headers. Everything else of the console has its own (app/api/console-mount.ts). */
export function proxy(request: NextRequest) {
  const headers = pageHeaders({ nonce: btoa(crypto.randomUUID()), https, development });
  const requestHeaders = new Headers(request.headers);
  // Next reads the nonce from here and puts it on its scripts. Set, not added: a caller's own header must not choose it.
  requestHeaders.set("content-security-policy", headers["Content-Security-Policy"]);
  // Layouts cannot see the address; whoever has to sign in first comes back to it (trpc/server.tsx).
  requestHeaders.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);

  const response = NextResponse.next({ request: { headers: requestHeaders } });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

export const config = {
  // Not the API and the console's mounts, which answer programs, nor the build's files, which are the same for everybody.
  matcher: ["/((?!api/|api$|_next/static|_next/image|(?:favicon\\.ico|icon\\.svg)$).*)"],
};
