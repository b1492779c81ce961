import { CLIENT_ADDRESS } from "@test/support/calls";
import fc from "fast-check";
import { ROUTES } from "@/gateway/routes";
import { type BodyPlan, bodyOf, bodyPlan } from "./bodies";
import type { WireRequest } from "./client";
import type { MadeCall } from "./contract";
import { type Fixtures, KEY_KINDS, type KeyKind } from "./fixtures";
import { headerText, KEY_HERE } from "./hostile";
import { type PathPlan, pathPlan, type QueryPlan, queryPlan, targetOf } from "./targets";

/** What a call carries in the place of a good key. */
export type CredentialPlan = { kind: KeyKind } | { none: true } | { headers: [string, string][] };

/** A call that would pass, and what becomes of it. Plain data: it prints, and fast-check makes it smaller. */
export interface CallPlan {
  /** The id of the route. */
  route: string;
  /** Below `/api/v1`; staging, where the samples are, unless given. */
  base?: string | undefined;
  /** A good key, unless given. */
  credential?: CredentialPlan | undefined;
  method?: string | undefined;
  path?: PathPlan | undefined;
  query?: QueryPlan | undefined;
  headers?: [string, string][] | undefined;
  body?: BodyPlan | undefined;
}

/** Nothing, most of the time: a call with every part wrong is refused by the first one, and the others are never read. */
export function seldom<Value>(
  percent: number,
  arbitrary: fc.Arbitrary<Value>,
): fc.Arbitrary<Value | undefined> {
  return fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(undefined) },
    { weight: percent, arbitrary },
  );
}

export const credential: fc.Arbitrary<CredentialPlan> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...KEY_KINDS) }) },
  { weight: 1, arbitrary: fc.constant({ none: true as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      headers: fc.array(
        fc.tuple(
          fc.constantFrom("authorization", "x-api-key"),
          fc.oneof(
            headerText,
            headerText.map((text) => `Bearer ${text}`),
            fc.constantFrom(`Basic ${KEY_HERE}`, `Bearer ${KEY_HERE} x`, `bearer  ${KEY_HERE}`, "Bearer"),
          ),
        ),
        { minLength: 1, maxLength: 2 },
      ),
    }),
  },
);

/** Headers that something on the way reads, with values of theirs and any others. */
const READ_HEADERS: Record<string, readonly string[]> = {
  "content-type": [
    "application/json; charset=utf8",
    "application/json;",
    "APPLICATION/JSON ; version=1",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json, text/html",
  ],
  "content-encoding": ["gzip", "identity", "br, gzip"],
  accept: ["text/html", "application/xml;q=0.9", "text/csv", "application/x-ndjson"],
  "accept-encoding": ["gzip", "gzip;q=0", "*;q=0.1", "br"],
  "accept-language": ["tr-TR"],
  "idempotency-key": ["a", "a b", "x".repeat(255), "x".repeat(256)],
  "x-forwarded-for": ["unknown", "203.0.113.9", "[2001:db8::1]:443", "198.51.100.7, , x", "127.0.0.1"],
  "x-forwarded-host": ["evil.example"],
  "x-forwarded-proto": ["https", "javascript"],
  forwarded: ['for="_gazonk"'],
  traceparent: ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-0-0-0"],
  "if-none-match": ["*", 'W/"x"'],
  "if-modified-since": ["Thu, 01 Jan 1970 00:00:00 GMT"],
  range: ["bytes=0-0,1-1,2-2", "bytes=-1"],
  origin: ["null", "https://evil.example", "https://app.example.com"],
  "access-control-request-method": ["POST", ""],
  "user-agent": ["", `curl/8 ${KEY_HERE}`],
  cookie: ["next-auth.session-token=x", "a=b; a=c"],
  host: ["", "evil.example", "a:99999", "[::1]:3000", "a b", "a/b"],
  expect: ["x", "100-continue"],
  "x-http-method-override": ["DELETE"],
  "x-middleware-subrequest": ["src/proxy:src/proxy:src/proxy"],
  "next-action": ["x"],
  "next-router-state-tree": ["%5B%22"],
  rsc: ["1"],
  purpose: ["prefetch"],
};

const header = fc
  .constantFrom(...Object.keys(READ_HEADERS))
  .chain((name) =>
    fc.tuple(fc.constant(name), fc.oneof(fc.constantFrom(...(READ_HEADERS[name] ?? [])), headerText)),
  );

const headers = fc.oneof(
  { weight: 20, arbitrary: fc.array(header, { minLength: 1, maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(90, 99, 101, 300)
      .map((count) => Array.from({ length: count }, (_, at): [string, string] => [`x-${at}`, "1"])),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(15_000, 17_000)
      .map((size): [string, string][] => [["x-long", "x".repeat(size)]]),
  },
);

const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "PURGE",
  "QUERY",
];

/** Any call. The smallest one is that of a sample, as it is. */
export const callPlan: fc.Arbitrary<CallPlan> = fc.record({
  route: fc.constantFrom(...ROUTES.map(({ id }) => id)),
  base: seldom(5, fc.constantFrom("", "/production", "/development", "/Staging", "/v2")),
  credential: seldom(12, credential),
  method: seldom(6, fc.constantFrom(...METHODS)),
  path: seldom(12, pathPlan),
  query: seldom(25, queryPlan),
  headers: seldom(12, headers),
  body: seldom(65, bodyPlan),
});

export async function makeCall(plan: CallPlan, fixtures: Fixtures): Promise<MadeCall> {
  const route = ROUTES.find(({ id }) => id === plan.route);
  if (!route) throw new Error(`There is no route ${plan.route}.`);
  const sample = await fixtures.sample(route);
  const secret = fixtures.key("good");
  const base = plan.base ?? "/staging";
  const own = Object.keys(route.input.query?.shape ?? {});
  const target = targetOf(`/api/v1${base}${sample.path}`, plan, own);
  const body = plan.body
    ? bodyOf(plan.body, sample.body)
    : Buffer.from(sample.body === undefined ? "" : JSON.stringify(sample.body));
  const named = [...credentialHeaders(plan, fixtures, secret), ...(plan.headers ?? [])];
  const request: WireRequest = {
    method: plan.method ?? sample.method,
    target,
    headers: [...defaults(named, body.length > 0), ...named],
    body,
  };
  const isMeant =
    plan.method === undefined && plan.path === undefined && plan.base !== "/v2" && plan.base !== "/Staging";
  return { request: withKey(request, secret), secret, operation: isMeant ? route.id : null };
}

export function credentialHeaders(
  { credential }: Pick<CallPlan, "credential">,
  fixtures: Fixtures,
  good: string,
): [string, string][] {
  if (!credential) return [["authorization", `Bearer ${good}`]];
  if ("none" in credential) return [];
  if ("headers" in credential) return credential.headers;
  return [["x-api-key", fixtures.key(credential.kind)]];
}

/** The request with a secret in all places that wait for one. */
export function withKey({ method, target, headers, body }: WireRequest, secret: string): WireRequest {
  const filled = (text: string) => text.replaceAll(KEY_HERE, secret).replaceAll("%7Bkey%7D", secret);
  return {
    method,
    target: filled(target),
    headers: headers.map(([name, value]) => [name, filled(value)]),
    body: body.includes(KEY_HERE) ? Buffer.from(filled(body.toString())) : body,
  };
}

/** What any client sends, where the plan says nothing of it. */
export function defaults(named: readonly [string, string][], hasBody: boolean): [string, string][] {
  const all: [string, string][] = [["x-forwarded-for", CLIENT_ADDRESS]];
  if (hasBody) all.push(["content-type", "application/json"]);
  return all.filter(([name]) => !named.some(([other]) => other === name));
}
