import { SESSION_SECRET } from "@test/support/secrets";
import type { World } from "@test/support/world";
import { encode } from "next-auth/jwt";
import { GET, POST } from "@/app/api/trpc/[trpc]/route";
import type { Id } from "@/contracts/ids";
import type { Role } from "@/contracts/roles";
import { createAdmin } from "@/server/services/admins";
import { sharePlatform } from "@/server/shared-platform";

/** The cookie's name on plain HTTP. */
export const SESSION_COOKIE = "next-auth.session-token";

/** An administrator with a row, and the session cookie that signing in would give. */
export interface SignedInAdmin {
  id: Id<"adm">;
  email: string;
  cookie: string;
}

export async function signedIn(world: World, role: Role): Promise<SignedInAdmin> {
  const email = `${role}@acme.example`;
  const { id } = await createAdmin(world.context(), {
    email,
    password: "correct horse battery",
    role,
    name: "",
  });
  return { id, email, cookie: `${SESSION_COOKIE}=${await sessionToken({ sub: id, sessionVersion: 1 })}` };
}

/** A session token as NextAuth makes it. */
export function sessionToken(
  token: Record<string, unknown>,
  secret = SESSION_SECRET,
  maxAge?: number,
): Promise<string> {
  return encode({ token, secret, ...(maxAge === undefined ? {} : { maxAge }) });
}

/** The answer to one procedure call over HTTP. */
export interface HttpAnswer {
  status: number;
  text: string;
  data?: unknown;
  error?: { message: string; data: Record<string, unknown> };
}

/** Calls a procedure through the mount that serves the console, as a browser would. */
export async function call(
  world: World,
  type: "query" | "mutation",
  path: string,
  input: unknown,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const query =
    type === "query" && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : "";
  const request = new Request(`http://localhost:3000/api/trpc/${path}${query}`, {
    method: type === "query" ? "GET" : "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(type === "mutation" ? { body: JSON.stringify(input) } : {}),
  });
  return send(world, request);
}

/** Sends any request to the mount. */
export async function send(world: World, request: Request): Promise<HttpAnswer> {
  sharePlatform(world.platform);
  const response = await (request.method === "GET" ? GET : POST)(request);
  const text = await response.text();
  const body = JSON.parse(text) as { result?: { data: unknown }; error?: HttpAnswer["error"] };
  return {
    status: response.status,
    text,
    data: body.result?.data,
    ...(body.error ? { error: body.error } : {}),
  };
}
