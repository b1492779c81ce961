import type { Fixture } from "@test/support/fixture";
import { SESSION_SECRET } from "@test/support/secrets";
import { encode } from "next-auth/jwt";
import { GET, POST } from "@/app/api/trpc/[trpc]/route";
import type { Id } from "@/contracts/ids";
import type { Role } from "@/contracts/roles";
import { withTransaction } from "@/server/database/session";
import { setRuntime } from "@/server/runtime/singleton";
import { createAdmin } from "@/server/services/admins";
import { startSession } from "@/server/services/sessions";

/** Where the console is, as a fixture's runtime knows it. */
export const ORIGIN = "http://localhost:3000";

/** The cookie's name on plain HTTP. */
export const SESSION_COOKIE = "next-auth.session-token";

/** Everybody's. */
export const PASSWORD = "correct horse battery";

/** An administrator with a row, and the session cookie that signing in would give. */
export interface SignedInAdmin {
  id: Id<"adm">;
  email: string;
  cookie: string;
}

export async function signedIn(fixture: Fixture, role: Role, name: string = role): Promise<SignedInAdmin> {
  const email = `${name}@acme.example`;
  const { id } = await createAdmin(fixture.context(), {
    email,
    password: PASSWORD,
    role,
    name: "",
  });
  return { id, email, cookie: `${SESSION_COOKIE}=${await tokenOf(fixture, id)}` };
}

/** The token of a new session. */
export async function tokenOf(fixture: Fixture, adminId: Id<"adm">): Promise<string> {
  return (await withTransaction(fixture.context(), (ctx) => startSession(ctx, adminId))).token;
}

/** What the cookie held before sessions were rows, as NextAuth made it. */
export function legacyToken(
  token: Record<string, unknown>,
  secret = SESSION_SECRET,
  maxAge?: number,
): Promise<string> {
  return encode({ token, secret, ...(maxAge === undefined ? {} : { maxAge }) });
}

/** The answer to one procedure call over HTTP. */
export interface HttpAnswer {
  status: number;
  contentType: string | null;
  text: string;
  data?: unknown;
  error?: { message: string; data: Record<string, unknown> };
}

/** Calls a procedure through the mount that serves the console, as a browser would. */
export async function call(
  fixture: Fixture,
  type: "query" | "mutation",
  path: string,
  input: unknown,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const query =
    type === "query" && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : "";
  const request = new Request(`${ORIGIN}/api/trpc/${path}${query}`, {
    method: type === "query" ? "GET" : "POST",
    headers: { "content-type": "application/json", origin: ORIGIN, ...headers },
    ...(type === "mutation" ? { body: JSON.stringify(input) } : {}),
  });
  return send(fixture, request);
}

/** Sends any request to the mount. */
export async function send(fixture: Fixture, request: Request): Promise<HttpAnswer> {
  setRuntime(fixture.runtime);
  const response = await (request.method === "GET" ? GET : POST)(request, { params: Promise.resolve({}) });
  const text = await response.text();
  const body = JSON.parse(text) as { result?: { data: unknown }; error?: HttpAnswer["error"] };
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    text,
    data: body.result?.data,
    ...(body.error ? { error: body.error } : {}),
  };
}
