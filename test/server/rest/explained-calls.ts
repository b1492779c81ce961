import { call, inProcess } from "@test/support/calls";
import type { World } from "@test/support/world";
import fc from "fast-check";
import { expect } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { EXPLAINED_METHODS, type ExplainCallInput, type Explanation } from "@/contracts/explain";
import type { RevealedKey } from "@/contracts/keys";
import { PERMISSIONS } from "@/contracts/permissions";
import { ROUTES, resolveRoute } from "@/server/rest/routes";
import { deleteKey, revokeKey, updateKey } from "@/server/services/keys";
import { explainCall } from "@/server/services/requests";
import { changeRequestLogSettings } from "@/server/services/settings";
import { sqlOf } from "../services/support";

/** Calls of the door made together: they share a query for their keys. */
const TOGETHER = 50;

/** How much is tried. Enough of it that the door answers in every way that it can. */
interface Amount {
  calls: number;
  keys: number;
  /** AUTH_FAILURES_PER_MINUTE of the world. */
  authFailures: number;
}

/** What Explain says of a call. */
export function explain(
  world: World,
  { method, path, ...input }: ExplainCallInput,
  authFailuresPerMinute: number,
): Promise<Explanation> {
  const target = resolveRoute({ environment: input.environment, method, path });
  return explainCall(world.context(), { ...input, target, authFailuresPerMinute });
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

const callCase = (keys: number) =>
  fc.record({
    /** None at times, and at times one that is not there (any more). */
    key: fc.option(fc.integer({ min: 0, max: keys - 1 }), { nil: null, freq: 30 }),
    environment: fc.option(fc.constantFrom(...ENVIRONMENTS), { nil: "own" as const, freq: 5 }),
    method: fc.constantFrom(...EXPLAINED_METHODS),
    path: fc.constantFrom(...PATHS),
    address: fc.constantFrom(...ADDRESSES),
  });
type Case = ReturnType<typeof sampleCalls>[number];
const sampleCalls = ({ calls, keys }: Amount) => fc.sample(callCase(keys), { numRuns: calls, seed: 2 });

/** A key as the case says, at the end of its fate. */
async function keyOf(
  world: World,
  { fate, ...input }: ReturnType<typeof sampleKeys>[number],
): Promise<RevealedKey> {
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

/**
 * Makes random calls of random keys, and demands of each that the door did what Explain had said, check for check and
 * word for word.
 */
export async function expectExplained(world: World, amount: Amount): Promise<void> {
  const door = inProcess(world);
  const keys: RevealedKey[] = [];
  for (const one of sampleKeys(amount)) keys.push(await keyOf(world, one));
  const [unknown] = keys.splice(0, 1) as [RevealedKey];
  await sqlOf(world)`delete from api_keys where id = ${unknown.key.id}`;
  world.clock.advance(2);
  // Each call is looked up in the log, also those of nobody known.
  await changeRequestLogSettings(world.context(), { anonymousRowsPerMinute: 0 });
  const said = new Map<string, Explanation>();
  for (const [number, group] of groupsOf(sampleCalls(amount)).entries()) {
    if (number % 40 === 39) world.clock.advance(7);
    await Promise.all(
      group.map(async ({ key: index, environment, method, path, address }) => {
        const revealed = index === null ? null : (keys[index] ?? unknown);
        const endpoint = environment === "own" ? (revealed?.key.environment ?? "staging") : environment;
        const keyId = revealed?.key.id ?? null;
        const explanation = await explain(
          world,
          { keyId, environment: endpoint, method, path, address },
          amount.authFailures,
        );
        const options = revealed ? { key: revealed.secret, address } : { address };
        const answer = await call(door, method, `/${endpoint}${path}`, options);
        said.set(answer.headers.get("x-request-id") ?? "", explanation);
      }),
    );
  }
  expect(said.size).toBe(amount.calls);
  await world.platform.requestLog.flush();
  const rows = await sqlOf(world)`select * from requests`;
  expect(rows).toHaveLength(amount.calls);
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
}
