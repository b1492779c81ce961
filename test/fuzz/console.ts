import fc from "fast-check";
import { z } from "zod";
import { appRouter } from "@/server/trpc/router";
import type { Target } from "./campaign";
import { WireClient, type WireRequest } from "./client";
import { MAX_ANSWER_BYTES } from "./contract";
import { headerText, hostileText, hostileValue } from "./hostile";

/** A request to the console, by nobody or by an administrator. */
interface ConsolePlan {
  signedIn: boolean;
  /** False: as another site has a browser send it. */
  ownOrigin: boolean;
  what:
    | { procedures: { name: string; input: Record<string, unknown> | string }[] }
    | { path: string; method: string; query: [string, string][]; body: string; type: string };
}

/** What ends sessions or changes who may sign in is called by nobody alone: the others need the administrator. */
const NOT_SIGNED_IN = /^(admins|sessions|settings|setUp)\./;

/** Each procedure with the names of its input's members. */
const PROCEDURES = Object.entries(
  // By their full names; tRPC's own type has them nested, and keeps the schemas to itself.
  appRouter._def.procedures as unknown as Record<string, { _def: { type: string; inputs?: unknown[] } }>,
).map(([name, { _def }]) => {
  const { inputs = [] } = _def;
  const members = inputs.flatMap((input) => (input instanceof z.ZodObject ? Object.keys(input.shape) : []));
  return { name, type: _def.type, members };
});

const PATHS = [
  "/",
  "/sign-in",
  "/setup",
  "/invite",
  "/team",
  "/problems/not-found",
  "/api-keys",
  "/customers/x",
  "/licenses/x",
  "/logs",
  "/api/auth/csrf",
  "/api/auth/session",
  "/api/auth/providers",
  "/api/auth/signin",
  "/api/auth/signout",
  "/api/auth/callback/credentials",
  "/api/auth/_log",
  "/api/auth/error",
  "/api/trpc/",
  "/api/trpc/x.y",
  "/api/requests/export",
  "/api/audit/export",
  "/api/jobs/x/result",
  "/api/cron/jobs",
  "/api/health",
  "/api/ready",
  "/api/nothing",
  "/_next/image",
  "/_next/static/x.js",
  "/_next/data/x.json",
  "/robots.txt",
];

const procedure = fc.constantFrom(...PROCEDURES).chain(({ name, members }) =>
  fc.record({
    name: fc.constant(name),
    input: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.dictionary(
          fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...members, "id") }, hostileText),
          hostileValue,
          { maxKeys: 4 },
        ),
      },
      { weight: 1, arbitrary: fc.oneof(hostileText, fc.json({ stringUnit: "binary" })) },
    ),
  }),
);

export const consolePlan: fc.Arbitrary<ConsolePlan> = fc.record({
  signedIn: fc.boolean(),
  ownOrigin: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  what: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        procedures: fc.oneof(
          { weight: 4, arbitrary: fc.array(procedure, { minLength: 1, maxLength: 1 }) },
          { weight: 1, arbitrary: fc.array(procedure, { minLength: 2, maxLength: 25 }) },
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        path: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...PATHS) },
          fc
            .tuple(
              fc.constantFrom("/api-keys/", "/customers/", "/problems/", "/api/auth/", "/api/trpc/", "/"),
              hostileText,
            )
            .map(([start, text]) => start + encodeURIComponent(Buffer.from(text).toString())),
        ),
        method: fc.constantFrom("GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"),
        query: fc.array(
          fc.tuple(
            fc.oneof(
              fc.constantFrom(
                "input",
                "batch",
                "callbackUrl",
                "search",
                "cursor",
                "format",
                "token",
                "url",
                "_rsc",
              ),
              hostileText,
            ),
            hostileText,
          ),
          { maxLength: 3 },
        ),
        body: fc.oneof(hostileText, fc.json(), fc.webQueryParameters()),
        type: fc.oneof(
          fc.constantFrom(
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
          ),
          headerText,
        ),
      }),
    },
  ),
});

/** The console of a server, attacked by nobody, and by an administrator's browser. */
export function consoleOfServer(
  url: string,
  cookie: string,
  { connections }: { connections: number },
): Target<ConsolePlan> & { client: WireClient } {
  const client = new WireClient(url, connections);
  return {
    name: `The console at ${url}`,
    plans: consolePlan,
    async attempt(plan) {
      const request = requestOf(plan, url, cookie);
      const { status, headers, body } = await client.send(request);
      const text = body.toString();
      const faults: string[] = [];
      if (status >= 500) faults.push(`${status} is a fault of ours: ${text.slice(0, 300)}`);
      // A page shows what is stored, and brings its own code.
      const isPage = String(headers["content-type"]).startsWith("text/html");
      if (status >= 400 && !isPage && body.length > MAX_ANSWER_BYTES) {
        faults.push(`an answer of ${status} has more than 64 KiB`);
      }
      // Other methods and paths below /api/trpc are answered in a line of text.
      if ("procedures" in plan.what) {
        if (headers["content-type"] !== "application/json")
          faults.push(`a procedure answers ${headers["content-type"]}`);
        else JSON.parse(text);
      }
      return faults;
    },
    async show(plan) {
      const { method, target, body } = requestOf(plan, url, cookie);
      return `${method} ${target}\n${body.toString()}`;
    },
    client,
  };
}

function requestOf({ signedIn, ownOrigin, what }: ConsolePlan, url: string, cookie: string): WireRequest {
  const headers: [string, string][] = [["origin", ownOrigin ? url : "https://evil.example"]];
  const named = "procedures" in what ? what.procedures.map(({ name }) => name) : [];
  if (signedIn && !named.some((name) => NOT_SIGNED_IN.test(name))) headers.push(["cookie", cookie]);
  if (!("procedures" in what)) {
    const { path, method, query, body, type } = what;
    const hasBody = !["GET", "HEAD"].includes(method);
    const search = query.length > 0 ? `?${new URLSearchParams(query)}` : "";
    if (hasBody) headers.push(["content-type", type]);
    return { method, target: path + search, headers, body: Buffer.from(hasBody ? body : "") };
  }
  const isMutation = named.some((name) => PROCEDURES.find((one) => one.name === name)?.type === "mutation");
  const texts = what.procedures.map(({ input }) =>
    typeof input === "string" ? input : JSON.stringify(input),
  );
  const input =
    texts.length === 1 ? (texts[0] ?? "") : `{${texts.map((text, at) => `"${at}":${text}`).join()}}`;
  const batch = texts.length === 1 ? "" : "batch=1";
  const path = `/api/trpc/${named.join()}`;
  if (isMutation) {
    headers.push(["content-type", "application/json"]);
    return { method: "POST", target: batch ? `${path}?${batch}` : path, headers, body: Buffer.from(input) };
  }
  // An address has a length that HTTP servers take; more than that is a matter of bytes.ts.
  const query = encodeURIComponent(Buffer.from(input).toString()).slice(0, 12_000);
  return { method: "GET", target: `${path}?${batch}&input=${query}`, headers, body: Buffer.alloc(0) };
}
