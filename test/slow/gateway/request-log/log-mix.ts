import { type CallOptions, call, type PublicApi } from "@test/support/calls";
import type { Fixture } from "@test/support/fixture";
import type { ProblemCode } from "@/contracts/problems";
import type { Check } from "@/contracts/requests";
import { generateKey } from "@/server/core/key-format";
import { revokeKey, updateKey } from "@/server/services/keys";

/** A kind of call and what its row in the log must say. */
export interface Kind {
  method: string;
  /** Below `/api/v1`. */
  path: string;
  options: CallOptions;
  status: number;
  code: ProblemCode | null;
  refusedBy: Check | null;
  route: string | null;
  keyId: string | null;
}

type Refusal = [status: number, code: ProblemCode, refusedBy: Check | null];

/** One call of every way in which the public API answers, that can be repeated at will. */
export async function kindsOf(fixture: Fixture, api: PublicApi): Promise<Kind[]> {
  const plenty = { rateLimits: { minute: 1_000_000 } };
  const customer = await fixture.customer();
  const good = await fixture.key(plenty);
  const revoked = await fixture.key(plenty);
  await revokeKey(fixture.context(), { id: revoked.key.id, reason: "" });
  const expired = await fixture.key(plenty);
  const soon = new Date(fixture.clock.now().getTime() + 1_000).toISOString();
  await updateKey(fixture.context(), { id: expired.key.id, expiresAt: soon });
  fixture.clock.advance(2);
  const listed = await fixture.key({ ...plenty, ipAllowlist: ["192.0.2.1"] });
  const ofPage = await fixture.key({ ...plenty, allowedOrigins: ["https://app.example.com"] });
  const narrow = await fixture.key({ ...plenty, permissions: ["jobs:read"] });
  const scoped = await fixture.key({
    ...plenty,
    customers: [customer.id],
    permissions: ["customers:write", "licenses:manage"],
  });
  const spent = await fixture.key({ rateLimits: { day: 1 } });
  const get = (key: { key: { id: string }; secret: string } | null, refusal?: Refusal): Kind => ({
    method: "GET",
    path: "/staging/customers",
    options: key ? { key: key.secret } : {},
    status: refusal?.[0] ?? 200,
    code: refusal?.[1] ?? null,
    refusedBy: refusal?.[2] ?? null,
    route: "GET /customers",
    keyId: key?.key.id ?? null,
  });
  const post = (options: CallOptions, ...[status, code]: [number, ProblemCode]): Kind => ({
    ...get(good, [status, code, null]),
    method: "POST",
    options: { key: good.secret, ...options },
    route: "POST /customers",
  });
  // Its one call of the day, seen by whichever limiter counts the rest.
  await call(api, "GET", "/staging/key", { key: spent.secret });
  const unknown = { key: { id: "" }, secret: generateKey("kw", "staging") };
  const noRoute = { route: null, keyId: null };
  return [
    get(good),
    { ...get(good), path: "/staging/key", route: "GET /key" },
    get(null, [401, "key_missing", "credential"]),
    {
      ...get(null, [400, "invalid_request", "credential"]),
      options: { key: good.secret, headers: { "x-api-key": "other" } },
    },
    { ...get(null, [401, "key_invalid", "shape"]), options: { key: "garbage" } },
    { ...get(unknown, [401, "key_invalid", "known"]), keyId: null },
    get(revoked, [401, "key_revoked", "revoked"]),
    get(expired, [401, "key_expired", "expired"]),
    { ...get(good, [401, "environment_mismatch", "environment"]), path: "/production/customers" },
    get(listed, [403, "ip_not_allowed", "address"]),
    {
      ...get(ofPage, [403, "origin_not_allowed", "origin"]),
      options: { key: ofPage.secret, headers: { origin: "null" } },
    },
    get(spent, [429, "rate_limited", "limit"]),
    get(narrow, [403, "permission_denied", "permission"]),
    {
      ...get(scoped, [403, "customer_out_of_scope", null]),
      method: "POST",
      options: { key: scoped.secret, body: { email: "new@acme.example" } },
      route: "POST /customers",
    },
    { ...get(good, [404, "not_found", null]), path: "/staging/customers/x", route: "GET /customers/{id}" },
    { ...get(null, [404, "not_found", null]), path: "/staging/nothing", ...noRoute },
    { ...get(null, [405, "method_not_allowed", null]), method: "PUT", ...noRoute },
    post({ body: { email: customer.email } }, 409, "conflict"),
    post({ raw: "x".repeat(1_100_000) }, 413, "payload_too_large"),
    post({ raw: "a", headers: { "content-type": "text/plain" } }, 415, "unsupported_media_type"),
    post({ raw: "{" }, 400, "malformed_json"),
    post({ body: { email: 1 } }, 422, "validation_failed"),
    { ...get(good, [422, "validation_failed", null]), path: "/staging/customers?limit=0" },
    { ...get(null), path: "/openapi.json", ...noRoute },
  ];
}

/** Makes so many calls, all kinds in turn, some at a time. @returns the request id of each, with its kind */
export async function callAll(
  api: PublicApi,
  kinds: readonly Kind[],
  count: number,
): Promise<Map<string, Kind>> {
  const made = new Map<string, Kind>();
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const kind = kinds[next++ % kinds.length] as Kind;
      const answer = await call(api, kind.method, kind.path, kind.options);
      if (answer.status !== kind.status)
        throw new Error(`${kind.method} ${kind.path}: ${answer.status} ${answer.text}`);
      made.set(answer.headers.get("x-request-id") ?? "", kind);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return made;
}
