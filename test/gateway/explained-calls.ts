import { call, inProcess } from "@test/support/calls";
import type { Fixture } from "@test/support/fixture";
import { loggedCalls } from "@test/support/requests";
import fc from "fast-check";
import { expect } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { EXPLAINED_METHODS, type Explanation } from "@/contracts/explain";
import type { RevealedKey } from "@/contracts/keys";
import { PERMISSIONS } from "@/contracts/permissions";
import type { ExplainCallInput } from "@/contracts/schemas/explain";
import { explainCall } from "@/gateway/explain";
import { ROUTES } from "@/gateway/routes";
import { deleteKey, revokeKey, updateKey } from "@/server/services/keys";
import { changeRequestLogSettings } from "@/server/services/settings";
import { sqlOf } from "../server/services/support";

/** Calls of the gateway made together: they share a query for their keys. */
const TOGETHER = 50;

/** How much is tried. Enough of it that the gateway answers in every way that it can. */
interface Amount {
  calls: number;
  keys: number;
  /** AUTH_FAILURES_PER_MINUTE of the fixture. */
  authFailures: number;
}

/** What Explain says of a call. */
export function explain(
  fixture: Fixture,
  input: ExplainCallInput,
  authFailuresPerMinute: number,
): Promise<Explanation> {
  return explainCall(fixture.context(), input, { authFailuresPerMinute });
}

const ADDRESSES = Array.from({ length: 20 }, (_, n) => [
  `192.0.2.${n}`,
  `203.0.113.${n}`,
  `2001:db8:0:${n}::1`,
]).flat();
const RANGES = ["192.0.2.0/24", "203.0.113.9", "2001:db8::/32", "0.0.0.0/0"];

const ORIGINS = ["https://app.example.com", "http://localhost:3000", "https://evil.example"];

const keyCase = fc.record({
  environment: fc.constantFrom(...ENVIRONMENTS),
  permissions: fc.subarray([...PERMISSIONS], { minLength: 1 }),
  ipAllowlist: fc.subarray(RANGES, { maxLength: 2 }),
  allowedOrigins: fc.subarray(ORIGINS, { maxLength: 2 }),
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
  ...ROUTES.map((route) => route.path.replace(/\{\w+\}/, "x")),
  "/gate?permission=customers:write",
  "/gate?permission=orders:read",
  "/gate?permission=Orders",
  "/gate/jobs:write",
  "/gate/jobs:read/of/a/client?permission=jobs:write",
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

const callCase = (keys: number) =>
  fc.record({
    /** None at times, and at times one that is not there (any more). */
    key: fc.option(fc.integer({ min: 0, max: keys - 1 }), { nil: null, freq: 30 }),
    environment: fc.option(fc.constantFrom(...ENVIRONMENTS), { nil: "own" as const, freq: 5 }),
    method: fc.constantFrom(...EXPLAINED_METHODS),
    path: fc.constantFrom(...PATHS),
    address: fc.constantFrom(...ADDRESSES),
    origin: fc.option(fc.constantFrom(...ORIGINS), { nil: null, freq: 2 }),
  });
type Case = ReturnType<typeof sampleCalls>[number];
const sampleCalls = ({ calls, keys }: Amount) => fc.sample(callCase(keys), { numRuns: calls, seed: 2 });

/** A key as the case says, at the end of its fate. */
async function keyOf(
  fixture: Fixture,
  { fate, ...input }: ReturnType<typeof sampleKeys>[number],
): Promise<RevealedKey> {
  const revealed = await fixture.key(input);
  const { id, name } = revealed.key;
  if (fate === "expired") {
    const expiresAt = new Date(fixture.clock.now().getTime() + 1_000).toISOString();
    await updateKey(fixture.context(), { id, expiresAt });
  }
  if (fate === "revoked" || fate === "deleted") await revokeKey(fixture.context(), { id, reason: "" });
  if (fate === "deleted") await deleteKey(fixture.context(), { id, name });
  return revealed;
}

const sampleKeys = ({ keys }: Amount) => fc.sample(keyCase, { numRuns: keys, seed: 1 });

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

/** Every way in which the gateway can answer. */
const OUTCOMES = [
  "credential key_missing",
  "known key_invalid",
  "revoked key_revoked",
  "expired key_expired",
  "environment environment_mismatch",
  "environment rate_limited",
  "address ip_not_allowed",
  "origin origin_not_allowed",
  "limit rate_limited",
  "permission permission_denied",
  "null not_found",
  "null method_not_allowed",
  "null null",
];

/** Without what is left in them: the gateway has counted the call, Explain has not. */
/** Of the log's text `minute 1000 999,day 5000 4999`. */
const loggedWindowsOf = (readings: string | null) =>
  readings?.split(",").map((reading) => {
    const [name, limit] = reading.split(" ");
    return { name, limit: Number(limit) };
  }) ?? null;

const windowsOf = (limits: Explanation["limits"]) =>
  limits?.map(({ name, limit }) => ({ name, limit })) ?? null;

const outcomeOf = ({ refusedBy, refusal }: Explanation) => `${refusedBy} ${refusal?.code ?? null}`;

/**
 * Makes random calls of random keys, and demands of each that the gateway did what Explain had said, check for check and
 * word for word.
 */
export async function expectExplained(fixture: Fixture, amount: Amount): Promise<void> {
  const api = inProcess(fixture);
  const keys: RevealedKey[] = [];
  for (const one of sampleKeys(amount)) keys.push(await keyOf(fixture, one));
  const [unknown] = keys.splice(0, 1) as [RevealedKey];
  await sqlOf(fixture)`delete from api_keys where id = ${unknown.key.id}`;
  fixture.clock.advance(2);
  // Each call is looked up in the log, also those of nobody known.
  await changeRequestLogSettings(fixture.context(), { anonymousRowsPerMinute: 0 });
  const said = new Map<string, Explanation>();
  for (const [number, group] of groupsOf(sampleCalls(amount)).entries()) {
    if (number % 40 === 39) fixture.clock.advance(7);
    await Promise.all(
      group.map(async ({ key: index, environment, method, path, address, origin }) => {
        const revealed = index === null ? null : (keys[index] ?? unknown);
        const endpoint = environment === "own" ? (revealed?.key.environment ?? "staging") : environment;
        const keyId = revealed?.key.id ?? null;
        const explanation = await explain(
          fixture,
          { keyId, environment: endpoint, method, path, address, origin },
          amount.authFailures,
        );
        const options = {
          address,
          ...(origin === null ? {} : { headers: { origin } }),
          ...(revealed ? { key: revealed.secret } : {}),
        };
        const answer = await call(api, method, `/${endpoint}${path}`, options);
        said.set(answer.headers.get("x-request-id") ?? "", explanation);
      }),
    );
  }
  expect(said.size).toBe(amount.calls);
  await fixture.runtime.requestLog.flush();
  const rows = await loggedCalls(sqlOf(fixture));
  expect(rows).toHaveLength(amount.calls);
  for (const row of rows) {
    const explanation = said.get(row.request_id);
    const { refusal } = explanation ?? {};
    expect({
      route: row.route,
      permission: row.permission,
      refusedBy: row.refused_by,
      keyId: row.key_id,
      limits: loggedWindowsOf(row.limit_readings),
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
}
