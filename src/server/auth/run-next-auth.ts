import type { IncomingHttpHeaders } from "node:http";
import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth, { type AuthOptions } from "next-auth";

/** A request to NextAuth, read. */
export interface AuthRequest {
  /** The path below its mount: the action, and the provider where there is one. */
  path: string[];
  method: string;
  headers: IncomingHttpHeaders;
  /** What of the address stands behind the question mark. */
  query: Record<string, string>;
  cookies: Record<string, string>;
  body: unknown;
}

/**
 * NextAuth, by its interface for Next's API routes. Its other one, for route handlers, takes headers and cookies from a
 * store of Next's, so that nothing could be kept from it.
 */
export async function runNextAuth(
  { path, query, ...request }: AuthRequest,
  options: AuthOptions,
): Promise<Response> {
  const answer = new AuthAnswer();
  const parts: Partial<NextApiRequest> = { ...request, query: { ...query, nextauth: path } };
  await NextAuth(parts as NextApiRequest, answer as unknown as NextApiResponse, options);
  return answer.toResponse();
}

/** What NextAuth uses of the answer of an API route. */
class AuthAnswer {
  #status = 200;
  #headers = new Headers();
  #body: string | undefined;

  status(status: number): this {
    this.#status = status;
    return this;
  }

  getHeader(name: string): string | string[] | null {
    return name === "Set-Cookie" ? this.#headers.getSetCookie() : this.#headers.get(name);
  }

  setHeader(name: string, value: string | string[]): this {
    this.#headers.delete(name);
    for (const one of [value].flat()) this.#headers.append(name, one);
    return this;
  }

  json(body: unknown): void {
    this.setHeader("Content-Type", "application/json").send(body);
  }

  send(body: unknown): void {
    this.#body = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  }

  end(): void {}

  toResponse(): Response {
    return new Response(this.#body, { status: this.#status, headers: this.#headers });
  }
}
