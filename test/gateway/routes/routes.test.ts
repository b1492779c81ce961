// @module-tag long
import {
  type Answer,
  type CallOptions,
  call,
  expectCommonHeaders,
  expectProblem,
  type PublicApi,
  policiesIn,
} from "@test/support/calls";
import type { Fixture } from "@test/support/fixture";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { MOUNTS, type Mount } from "@test/support/mounts";
import { TypeID } from "typeid-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { grants, PERMISSIONS } from "@/contracts/permissions";
import { PROBLEM_CODES, PROBLEMS, problemPath } from "@/contracts/problems";
import type { CreateKeyInput } from "@/contracts/schemas/keys";
import { ROUTES } from "@/gateway/routes";
import type { Route } from "@/gateway/routes/route";
import { generateKey } from "@/server/core/key-format";
import { revokeKey } from "@/server/services/keys";
import { orphanedSamples, sampleCall } from "../samples";

const DAY = 86_400;
const PLENTY = { minute: 1_000_000, day: 500_000 };
const LONG_AGO = "2020-01-01T00:00:00.000Z";
const REALM = 'Bearer realm="keyward"';

test("every sample belongs to a route", () => {
  expect(orphanedSamples(ROUTES)).toEqual([]);
});

describe.each(MOUNTS)("mounted as %s", (mountName) => {
  let mounted: MountedFixture;
  let fixture: Fixture;
  let mount: Mount;
  let api: PublicApi;

  beforeAll(async () => {
    mounted = await createMountedFixture(mountName);
    ({ fixture: fixture, mount, api: api } = mounted);
  });
  afterAll(() => mounted?.close());

  const newKey = (input: Partial<CreateKeyInput> = {}) =>
    fixture.key({ permissions: PERMISSIONS, rateLimits: PLENTY, ...input });

  async function run(
    route: Route,
    options: CallOptions,
    environment: Environment = "staging",
  ): Promise<Answer> {
    const { method, path, body } = await sampleCall(route, fixture);
    return call(api, method, `/${environment}${path}`, { body, ...options });
  }

  function expectInvalidToken(answer: Answer): void {
    const challenge = answer.headers.get("www-authenticate");
    expect(challenge).toMatch(/^Bearer realm="keyward", error="invalid_token", error_description="[^"\\]+"$/);
    expect(challenge).toContain(answer.json.detail);
  }

  function expectNoLimits({ headers }: Answer): void {
    expect(headers.get("ratelimit")).toBeNull();
    expect(headers.get("ratelimit-policy")).toBeNull();
  }

  /** Both headers, for a key with PLENTY that has made a call or more. */
  function expectLimits({ headers }: Answer): void {
    expect(policiesIn(headers.get("ratelimit-policy"))).toEqual({
      minute: { q: PLENTY.minute, w: 60 },
      day: { q: PLENTY.day, w: DAY },
    });
    const { minute, day } = policiesIn(headers.get("ratelimit"));
    expect(minute?.r).toBeLessThan(PLENTY.minute);
    expect(minute?.t).toBeLessThanOrEqual(60);
    expect(day?.r).toBeLessThan(PLENTY.day);
    expect(day?.t).toBeLessThanOrEqual(DAY);
  }

  describe.each(ROUTES.map((route) => [route.id, route] as const))("%s", (_id, route) => {
    test("answers a good key with a declared success, and says what is left of its limits", async () => {
      const answer = await run(route, { key: (await newKey()).secret });
      const declared = route.responses[answer.status as 200];
      expect(declared, `${answer.status} ${answer.text}`).toBeDefined();
      // Parsing drops what the schema does not name, so this also says that nothing undeclared is in the answer.
      const body = declared?.contentType ? answer.text : answer.json;
      expect(declared?.schema.parse(body)).toEqual(body);
      expect(answer.headers.get("content-type")).toBe(declared?.contentType ?? "application/json");
      for (const name of declared?.headers ?? []) expect(answer.headers.get(name)).not.toBeNull();
      expectCommonHeaders(answer);
      expectLimits(answer);
    });

    test("answers 401 key_missing without a key", async () => {
      const answer = await run(route, {});
      expectProblem(answer, "key_missing");
      expect(answer.headers.get("www-authenticate")).toBe(REALM);
      expectNoLimits(answer);
    });

    test("answers 401 key_invalid to garbage and to a well-formed unknown key, and does not tell them apart", async () => {
      const { method, path, body } = await sampleCall(route, fixture);
      const answers: Answer[] = [];
      for (const key of ["garbage", generateKey("kw", "staging"), generateKey("kw", "production")]) {
        const answer = await call(api, method, `/staging${path}`, { key, body });
        expectProblem(answer, "key_invalid");
        expectInvalidToken(answer);
        expectNoLimits(answer);
        answers.push(answer);
      }
      const withoutId = answers.map(({ text, json }) => text.replace(String(json.requestId), ""));
      expect(new Set(withoutId).size).toBe(1);
    });

    test("answers 401 key_revoked to a revoked key", async () => {
      const { key, secret } = await newKey();
      await revokeKey(fixture.context(), { id: key.id, reason: "" });
      const answer = await run(route, { key: secret });
      expectProblem(answer, "key_revoked");
      expectInvalidToken(answer);
    });

    test("answers 401 key_expired to an expired key, and says since when", async () => {
      const { key, secret } = await newKey();
      await fixture.runtime.databases.owner.$client`
        update api_keys set expires_at = ${LONG_AGO} where id = ${key.id}`;
      const answer = await run(route, { key: secret });
      expectProblem(answer, "key_expired", { expiredAt: LONG_AGO });
      expectInvalidToken(answer);
    });

    test("answers 401 environment_mismatch to a key of another environment, and names both", async () => {
      const { secret } = await newKey();
      const answer = await run(route, { key: secret }, "production");
      expectProblem(answer, "environment_mismatch", {
        keyEnvironment: "staging",
        endpointEnvironment: "production",
      });
      expectInvalidToken(answer);
    });

    test("answers 403 ip_not_allowed to a key that is used from a wrong address", async () => {
      const { secret } = await newKey({ ipAllowlist: ["203.0.113.0/24", "2001:db8::/32"] });
      const answer = await run(route, { key: secret, address: "203.0.114.1" });
      expectProblem(answer, "ip_not_allowed");
      expect(answer.headers.get("www-authenticate")).toBeNull();
      const allowed = await run(route, { key: secret, address: "203.0.113.200" });
      expect(route.responses, allowed.text).toHaveProperty(String(allowed.status));
    });

    test("answers 429 rate_limited to a key over its limit, and says which one and for how long", async () => {
      // A window of a day: none of them ends while this runs.
      const { secret } = await newKey({ rateLimits: { day: 1 } });
      await run(route, { key: secret });
      const answer = await run(route, { key: secret });
      const retryAfter = Number(answer.headers.get("retry-after"));
      expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
      expect(retryAfter).toBeLessThanOrEqual(2 * DAY);
      expectProblem(answer, "rate_limited", { retryAfter, violatedPolicies: ["day"] });
      expect(policiesIn(answer.headers.get("ratelimit-policy"))).toEqual({ day: { q: 1, w: DAY } });
      expect(policiesIn(answer.headers.get("ratelimit"))).toEqual({ day: { r: 0, t: expect.any(Number) } });
    });

    test.skipIf(route.permission === null)(
      "answers 403 permission_denied to a key with every other permission, and names the missing one",
      async () => {
        const needed = route.permission ?? "keys:verify";
        const others = PERMISSIONS.filter((permission) => !grants([permission], needed));
        const answer = await run(route, { key: (await newKey({ permissions: others })).secret });
        expectProblem(answer, "permission_denied", { missingPermissions: [needed] });
        expect(answer.headers.get("www-authenticate")).toBe(
          `Bearer error="insufficient_scope", scope="${needed}"`,
        );
        expectLimits(answer);
      },
    );
  });

  test.each(PROBLEM_CODES)(
    "serves the page that the type of %s points to, for people to read",
    async (code) => {
      const page = await fetch(mount.url + problemPath(code));
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      expect(await page.text()).toContain(PROBLEMS[code].title);
      expect((await fetch(`${mount.url}/problems/${code}`)).status).toBe(200);
    },
  );

  test("names a request by the caller's trace where the call carries one", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    const answer = await call(api, "GET", "/key", { headers });
    const requestId = answer.headers.get("x-request-id") as Id<"req">;
    expect(Buffer.from(TypeID.fromString(requestId).toUUIDBytes()).toString("hex")).toBe(trace);
  });

  test("types of problems are addresses of this very deployment", async () => {
    const answer = await call(api, "GET", "/key");
    expect(answer.json.type).toBe(`${mount.url}/problems/key-missing`);
  });
});
