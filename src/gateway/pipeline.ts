import * as z from "zod";
import type { VerifiedKey } from "@/gateway/authenticate/verified-key";
import { AppError, invalidField, notFound } from "@/server/core/errors";
import { keyDigest } from "@/server/core/secrets";
import { parse } from "@/server/core/validation";
import { peppersOf, type ServiceContext } from "@/server/services/context";
import { withIdempotency } from "@/server/services/idempotency";
import {
  authenticateAsked,
  authenticateCall,
  contextOf,
  type KeyContext,
  reauthenticateCall,
} from "./authenticate/authenticate-call";
import { readCredentials } from "./authenticate/credential";
import { type Call, finish, problemAnswer, type WireAnswer, wireAnswer } from "./call";
import { inSpan } from "./call-span";
import { deprecationHeaders } from "./http/deprecation";
import { type JsonBody, readJson } from "./http/json-body";
import {
  type AskedKey,
  permissionAsked,
  type Route,
  type RouteCall,
  takesIdempotencyKey,
} from "./routes/route";

/**
 * For a call as a whole, in milliseconds, without the reading of its body, which takes what its sender takes. While Postgres
 * comes and goes, look-up, place and verb would each wait their time, one after the other.
 */
const CALL_MS = 4_800;

/** Serves one call of one route: admit, parse, run. Whatever is thrown on the way becomes a problem document. */
export async function serve(call: Call, route: Route, params: Record<string, string>): Promise<WireAnswer> {
  call.route = route;
  call.permission = permissionAsked(route, params, call.request.query);
  if (route.deprecated) {
    const { base, runtime } = call;
    call.deprecation = deprecationHeaders(route.deprecated, { base, baseUrl: runtime.baseUrl, params });
  }
  try {
    const key = await inSpan(call, "authenticate", () => authenticateCall(call, route));
    const turn = takePlace(call, key);
    if (turn) await inSpan(call, "wait for a place", () => turn);
    return finish(call, await inSpan(call, route.id, () => work(call, route, params, key)));
  } catch (error) {
    return finish(call, problemAnswer(call, error));
  }
}

/**
 * Takes one of the places that a key has for calls at the same time, and keeps it until the call is over (call.ts). Before
 * the body is read: what a key may have us hold in memory is bounded too.
 * @returns what to wait for; null: nothing, which saves nearly every call a turn of the loop
 * @throws AppError rate_limited
 */
function takePlace(call: Call, { id }: VerifiedKey): Promise<void> | null {
  const { callsInFlight } = call.runtime;
  const taken = () => {
    call.leave = () => callsInFlight.leave(id);
  };
  const turn = callsInFlight.enter(id, call.startedMs + CALL_MS - performance.now());
  if (turn) return turn.then(taken);
  taken();
  return null;
}

async function work(
  call: Call,
  route: Route,
  params: Record<string, string>,
  key: VerifiedKey,
): Promise<WireAnswer> {
  const readFrom = performance.now();
  const body = route.input.body ? await readBody(call, route) : null;
  const ctx = contextOf(call, key, call.startedMs + CALL_MS + (performance.now() - readFrom));
  const input = inputOf(call, route, params, body);
  const link = (path: string) => call.base + path;
  const check = (asked: AskedKey) => authenticateAsked(call, route, asked);
  const own = route.database === "owner" ? onOwnerPool(call, ctx) : ctx;
  const run = async (ctx: ServiceContext): Promise<WireAnswer> => {
    if (!isOfKey(ctx)) throw new Error("A public route runs as the key that called it.");
    const answer = await route.handler({
      ctx,
      key,
      params: input.params,
      query: input.query,
      body: input.body,
      accept: call.request.headers.accept,
      link,
      check,
    });
    return wireAnswer(answer, () => reauthenticateCall(call));
  };
  return once(call, route, own, body?.text ?? "", run);
}

/** As what the key's call works on the owner's pool. */
function onOwnerPool({ request, runtime }: Call, ctx: KeyContext): KeyContext {
  const peppers = peppersOf(runtime.keyMaterial);
  const digests = readCredentials(request.headers).flatMap((credential) =>
    peppers.map((pepper) => keyDigest(credential, pepper)),
  );
  return { ...ctx, database: "owner", principal: { ...ctx.principal, digests } };
}

/** The verbs that run inside of a transaction get the key's context with the transaction in it; it is still the key's. */
function isOfKey(ctx: ServiceContext): ctx is KeyContext {
  return ctx.principal.kind === "key";
}

/** A route without parameters refuses them too: who misspells one is told, whatever the route. */
const NO_QUERY = z.strictObject({});

type Input = Pick<RouteCall<unknown, unknown, unknown>, "params" | "query" | "body">;

async function readBody(call: Call, { bodyOptional, maxBodyBytes }: Route): Promise<JsonBody> {
  const body = await readJson(call, { optional: bodyOptional, max: maxBodyBytes });
  noteBody(call, body);
  return body;
}

/** @throws AppError not_found, validation_failed */
function inputOf(
  call: Call,
  { input, asks }: Route,
  rawParams: Record<string, string>,
  json: JsonBody | null,
): Input {
  const params = input.params?.safeParse(rawParams);
  // An id that cannot be one belongs to no record, and is answered like every other record that is not there.
  if (params && !params.success) throw notFound();
  // Of a call that a proxy has put behind a path of its own, the query is its client's, and asks for nothing here.
  const hasNone = asks === "path" || (!input.query && call.request.query === "");
  const query = hasNone ? {} : parse(input.query ?? NO_QUERY, queryOf(call));
  const body = input.body ? parse(input.body, json?.value) : undefined;
  return { params: params?.data, query, body };
}

/** What the log wants to know of a body, before anybody has checked it. */
function noteBody(call: Call, { text, value }: JsonBody): void {
  if (call.runtime.requestLog.keeps.bodies) call.body = text;
  if (typeof value !== "object" || value === null || !("customerId" in value)) return;
  if (typeof value.customerId === "string") call.bodyCustomer = value.customerId;
}

/**
 * Query parameters as an object.
 * @throws AppError validation_failed for a repeated one: readers of one address that choose the first and the last would
 * not mean the same
 */
function queryOf({ request: { query } }: Call): Record<string, string> {
  if (query === "") return {};
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (parameters.has(name)) throw invalidField(name, "Must be given once", "repeated");
    parameters.set(name, value);
  }
  return Object.fromEntries(parameters);
}

/** What a repeat gets in place of a body that reveals a secret; undefined: the same. */
function repeatedBody({ revealsOnce }: Route, body: string): string | undefined {
  return revealsOnce && JSON.stringify({ ...JSON.parse(body), [revealsOnce]: null });
}

/** Visible ASCII, as the contract says. Postgres and logs get nothing stranger. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Runs the handler, under the Idempotency-Key where the route takes one and the call has one. */
function once(
  call: Call,
  route: Route,
  ctx: KeyContext,
  bodyText: string,
  run: (ctx: ServiceContext) => Promise<WireAnswer>,
): Promise<WireAnswer> {
  const idempotencyKey = call.request.headers["idempotency-key"];
  if (!takesIdempotencyKey(route) || idempotencyKey === undefined) return run(ctx);
  if (!IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw new AppError("invalid_request", "Idempotency-Key must be 1 to 255 visible ASCII characters.");
  }
  const request = { idempotencyKey, fingerprintOf: [route.method, call.path, bodyText] };
  const kept = async (ctx: ServiceContext) => {
    const { body, ...head } = await run(ctx);
    if (typeof body !== "string") throw new Error("A stream cannot be kept to be answered again.");
    return { ...head, body, repeatedBody: repeatedBody(route, body) };
  };
  return withIdempotency(ctx, request, kept, (error) => problemAnswer(call, error)).then(
    ({ answer, replayed }) =>
      replayed ? { ...answer, headers: { ...answer.headers, "Idempotency-Replayed": "true" } } : answer,
  );
}
