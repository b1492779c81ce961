import type { CallOptions } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";

/** One call; `path` is below `/api/v1`. */
export interface Misuse extends CallOptions {
  method: string;
  path: string;
}

const HEADERS = [
  "user-agent",
  "idempotency-key",
  "x-forwarded-for",
  "traceparent",
  "cookie",
  "referer",
  "content-type",
  "accept",
  "x-key",
  "x-api-key",
  "proxy-authorization",
];

/**
 * Everything that people do with a key but should not: in the path, the query string, the body, a wrong header; whole,
 * percent-encoded, cut off, with something before or after it; with and without a good key where that belongs.
 */
export function misusesOf(key: string, good: string): Misuse[] {
  return [...inAddresses(key, good), ...inBodies(key, good), ...inHeaders(key, good)];
}

function inAddresses(key: string, good: string): Misuse[] {
  const texts = [key, key.replaceAll("_", "%5F"), key.slice(0, -2), `Bearer%20${key}`, `${key}x`, `x${key}`];
  return texts.flatMap((text) => {
    const paths = [`/${text}`, `/staging/customers/${text}`, `/staging/${text}/customers`];
    const names = [`key=${text}`, `${text}=1`, `search=${text}`, `cursor=${text}`, `limit=${text}`, text];
    const queries = names.map((query) => `/staging/customers?${query}`);
    return [...paths, ...queries].flatMap((path) => [
      { method: "GET", path },
      ...["GET", "DELETE", "PUT"].map((method) => ({ method, path, key: good })),
    ]);
  });
}

function inBodies(key: string, good: string): Misuse[] {
  const email = newEmail();
  const bodies = [
    { key },
    { email, key, [key]: key },
    { email: key },
    { email, name: [key] },
    { email, name: key },
    { email, name: `Acme, ${key}.` },
    { email: `${key}@acme.example` },
    { email, metadata: { note: key } },
    { email, metadata: { [key.slice(0, 40)]: 1 } },
    { email, metadata: { [key]: 1 } },
    { email, metadata: { a: { [key]: key } } },
    [key],
    key,
  ];
  const target = { method: "POST", path: "/staging/customers" };
  return [
    { ...target, key: good, raw: `{"key":"${key}` },
    { ...target, key: good, raw: `{"${key}":{"__proto__":1}}` },
    ...bodies.flatMap((body) => [
      { ...target, body },
      { ...target, key: good, body },
    ]),
  ];
}

function inHeaders(key: string, good: string): Misuse[] {
  const get = { method: "GET", path: "/staging/key" };
  const elsewhere = HEADERS.flatMap((name) =>
    [key, `Bearer ${key}`].flatMap((value) => {
      const headers = { "user-agent": "acme", [name]: value };
      const body = { email: newEmail() };
      return [
        { ...get, headers },
        { ...get, key: good, headers },
        { method: "POST", path: "/staging/customers", key: good, headers, body },
      ];
    }),
  );
  const malformed = [key, `Basic ${key}`, `Bearer ${key} ${key}`, `Bearer "${key}"`, `Token ${key}`];
  return [...elsewhere, ...malformed.map((authorization) => ({ ...get, headers: { authorization } }))];
}
