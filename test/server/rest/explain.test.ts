import { call, type Door, inProcess } from "@test/support/calls";
import { createWorld, type World } from "@test/support/world";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { EXPLAINED_METHODS, type ExplainCallInput, type Explanation } from "@/contracts/explain";
import type { Id } from "@/contracts/ids";
import type { RevealedKey } from "@/contracts/keys";
import { PERMISSIONS } from "@/contracts/permissions";
import { newId } from "@/server/core/ids";
import { ROUTES, resolveRoute } from "@/server/rest/routes";
import { deleteKey, revokeKey, updateKey } from "@/server/services/keys";
import { explainCall, explainRequest } from "@/server/services/requests";
import { changeRequestLogSettings } from "@/server/services/settings";
import { refusal, sqlOf } from "../services/support";

const CASES = 10_000;
const KEYS = 120;
/** Calls of the door made together: they share a query for their keys. */
const TOGETHER = 50;
const AUTH_FAILURES = 20;

let world: World;
let door: Door;

beforeAll(async () => {
  world = await createWorld({ AUTH_FAILURES_PER_MINUTE: String(AUTH_FAILURES) });
  door = inProcess(world);
});
afterAll(() => world?.close());

function explain({ method, path, ...input }: ExplainCallInput): Promise<Explanation> {
  const target = resolveRoute({ environment: input.environment, method, path });
  return explainCall(world.context(), { ...input, target, authFailuresPerMinute: AUTH_FAILURES });
}

const ADDRESSES = Array.from({ length: 20 }, (_, n) => [
  `192.0.2.${n}`,
  `203.0.113.${n}`,
  `2001:db8:0:${n}::1`,
]).flat();
const RANGES = ["192.0.2.0/24", "203.0.113.9", "2001:db8::/32", "0.0.0.0/0"];

const keyCase = fc.record({
  environment: fc.constantFrom(...ENVIRONMENTS),
  permissions: fc.subarray([...PERMISSIONS], { minLength: 1 }),
  ipAllowlist: fc.subarray(RANGES, { maxLength: 2 }),
  // Small, so that many of the calls find a window full.
  rateLimits: fc.record(
    {
      minute: fc.integer({ min: 1, max: 60 }),
      hour: fc.integer({ min: 1, max: 60 }),
      day: fc.integer({ min: 1, max: 90 }),
    },
    { requiredKeys: ["minute"] },
  ),
  fate: fc.constantFrom("lives", "lives", "lives", "lives", "revoked", "expired", "deleted"),
});

const PATHS = [
  ...ROUTES.map((route) => route.path.replace("{id}", "x")),
  "/nothing",
  "/customers/",
  "/customers/%78",
  "/%63ustomers",
  "/licenses/validate/x",
  "/customers/../key",
  "/customers/%2E%2e/key?to=/..",
  "/customers/x/.",
  "/customers/..",
  "/customers\\x",
  "/customers/%zz",
  "//key",
];

const callCase = fc.record({
  /** None at times, and at times one that is not there (any more). */
  key: fc.option(fc.integer({ min: 0, max: KEYS - 1 }), { nil: null, freq: 30 }),
  environment: fc.option(fc.constantFrom(...ENVIRONMENTS), { nil: "own" as const, freq: 5 }),
  method: fc.constantFrom(...EXPLAINED_METHODS),
  path: fc.constantFrom(...PATHS),
  address: fc.constantFrom(...ADDRESSES),
});
type Case = ReturnType<typeof sampleCalls>[number];
const sampleCalls = () => fc.sample(callCase, { numRuns: CASES, seed: 2 });

/** A key as the case says, at the end of its fate. */
async function keyOf({ fate, ...input }: ReturnType<typeof sampleKeys>[number]): Promise<RevealedKey> {
  const revealed = await world.key(input);
  const { id, name } = revealed.key;
  if (fate === "expired") {
    const expiresAt = new Date(world.clock.now().getTime() + 1_000).toISOString();
    await updateKey(world.context(), { id, expiresAt });
  }
  if (fate === "revoked" || fate === "deleted") await revokeKey(world.context(), { id, reason: "" });
  if (fate === "deleted") await deleteKey(world.context(), { id, name });
  return revealed;
}

const sampleKeys = () => fc.sample(keyCase, { numRuns: KEYS, seed: 1 });

/** Never two of a group with one key or one address: which of them counted first would be chance. */
function groupsOf(cases: readonly Case[]): Case[][] {
  const groups: Case[][] = [];
  let left = [...cases];
  while (left.length > 0) {
    const taken = new Set<string>();
    const group: Case[] = [];
    const later: Case[] = [];
    for (const one of left) {
      const marks = [`key ${one.key}`, one.address];
      if (group.length === TOGETHER || marks.some((mark) => taken.has(mark))) later.push(one);
      else {
        for (const mark of marks) taken.add(mark);
        group.push(one);
      }
    }
    groups.push(group);
    left = later;
  }
  return groups;
}

/** Every way in which the door can answer. */
const OUTCOMES = [
  "credential key_missing",
  "known key_invalid",
  "revoked key_revoked",
  "expired key_expired",
  "environment environment_mismatch",
  "environment rate_limited",
  "address ip_not_allowed",
  "limit rate_limited",
  "permission permission_denied",
  "null not_found",
  "null method_not_allowed",
  "null null",
];

/** Without what is left in them: the door has counted the call, Explain has not. */
const windowsOf = (limits: Explanation["limits"]) =>
  limits?.map(({ name, limit }) => ({ name, limit })) ?? null;

const outcomeOf = ({ refusedBy, refusal }: Explanation) => `${refusedBy} ${refusal?.code ?? null}`;

describe("What Explain says", () => {
  test(`is what the door then does, check for check and word for word, in ${CASES} random cases`, async () => {
    const keys: RevealedKey[] = [];
    for (const one of sampleKeys()) keys.push(await keyOf(one));
    const [unknown] = keys.splice(0, 1) as [RevealedKey];
    await sqlOf(world)`delete from api_keys where id = ${unknown.key.id}`;
    world.clock.advance(2);
    // Each call is looked up in the log, also those of nobody known.
    await changeRequestLogSettings(world.context(), { anonymousRowsPerMinute: 0 });
    const said = new Map<string, Explanation>();
    for (const [number, group] of groupsOf(sampleCalls()).entries()) {
      if (number % 40 === 39) world.clock.advance(7);
      await Promise.all(
        group.map(async ({ key: index, environment, method, path, address }) => {
          const revealed = index === null ? null : (keys[index] ?? unknown);
          const endpoint = environment === "own" ? (revealed?.key.environment ?? "staging") : environment;
          const keyId = revealed?.key.id ?? null;
          const explanation = await explain({ keyId, environment: endpoint, method, path, address });
          const options = revealed ? { key: revealed.secret, address } : { address };
          const answer = await call(door, method, `/${endpoint}${path}`, options);
          said.set(answer.headers.get("x-request-id") ?? "", explanation);
        }),
      );
    }
    expect(said.size).toBe(CASES);
    await world.platform.requestLog.flush();
    const rows = await sqlOf(world)`select * from requests`;
    expect(rows).toHaveLength(CASES);
    for (const row of rows) {
      const explanation = said.get(row.request_id);
      const { refusal } = explanation ?? {};
      expect({
        route: row.route,
        permission: row.permission,
        refusedBy: row.refused_by,
        keyId: row.key_id,
        limits: windowsOf(row.limits),
        refusal: refusal ? { status: row.status, code: row.code, detail: row.detail } : null,
      }).toEqual({
        route: explanation?.route,
        permission: explanation?.permission,
        refusedBy: explanation?.refusedBy,
        keyId: explanation?.key?.id ?? null,
        limits: windowsOf(explanation?.limits ?? null),
        refusal,
      });
    }
    const outcomes = [...said.values()].map(outcomeOf);
    for (const outcome of OUTCOMES) expect(outcomes, outcome).toContain(outcome);
  }, 240_000);

  test("uses nothing up", async () => {
    const { key, secret } = await world.key({ rateLimits: { day: 1 } });
    const asked = {
      keyId: key.id,
      environment: "staging",
      method: "GET",
      path: "/key",
      address: null,
    } as const;
    for (let round = 0; round < 3; round++) {
      expect(await explain(asked)).toMatchObject({ refusedBy: null, limits: [{ limit: 1, remaining: 1 }] });
    }
    expect((await call(door, "GET", "/staging/key", { key: secret })).status).toBe(200);
    expect(await explain(asked)).toMatchObject({
      refusedBy: "limit",
      limits: [{ name: "day", limit: 1, remaining: 0 }],
    });
  });
});

test("A path that leads out of the endpoint is refused, not explained as if it stayed", () => {
  for (const path of ["/..", "/../production/key", "/key/../../../x", "/%2e%2e/%2e%2e/key"])
    expect(() => resolveRoute({ environment: "staging", method: "GET", path }), path).toThrow(
      "leads out of the endpoint",
    );
});

describe("Explaining a call of the log", () => {
  const options = { authFailuresPerMinute: 0 };

  test("tells what became of it, and what would become of it now", async () => {
    const { key, secret } = await world.key({ permissions: ["jobs:read"] });
    const answer = await call(door, "GET", "/staging/customers?limit=1", {
      key: secret,
      address: "192.0.2.7",
    });
    await world.platform.requestLog.flush();
    const requestId = answer.headers.get("x-request-id") as Id<"req">;
    const refusal = { status: 403, code: "permission_denied", detail: answer.json.detail };
    const explained = await explainRequest(world.context(), { requestId, ...options });
    expect(explained).toMatchObject({
      requestId,
      environment: "staging",
      method: "GET",
      path: "/api/v1/staging/customers",
      address: "192.0.2.7",
      status: 403,
      logged: {
        refusedBy: "permission",
        refusal,
        route: "GET /customers",
        key: { id: key.id, name: key.name },
      },
      now: { refusedBy: "permission", refusal },
    });
    expect(explained.logged.steps.map(({ outcome }) => outcome)).toEqual([
      ...Array(8).fill("passed"),
      "refused",
    ]);
    await updateKey(world.context(), { id: key.id, permissions: ["customers:read"] });
    const { logged, now } = await explainRequest(world.context(), { requestId, ...options });
    expect(logged).toEqual(explained.logged);
    expect(now).toMatchObject({ refusedBy: null, refusal: null });
  });

  test("of a path that no route serves shows that no check was made", async () => {
    const answer = await call(door, "GET", "/staging/nothing", {});
    await world.platform.requestLog.flush();
    const requestId = answer.headers.get("x-request-id") as Id<"req">;
    const { logged, now } = await explainRequest(world.context(), { requestId, ...options });
    expect(new Set(logged.steps.map(({ outcome }) => outcome))).toEqual(new Set(["skipped"]));
    expect(logged.refusal?.code).toBe("not_found");
    expect(now).toBeNull();
  });

  test("that is not in the log is 404", async () => {
    const unknown = explainRequest(world.context(), { requestId: newId("req"), ...options });
    await expect(unknown).rejects.toEqual(refusal("not_found"));
  });
});
