import { setTimeout as pause } from "node:timers/promises";
import { runCli, settingsFor } from "@test/cli/run";
import { sqlOf } from "@test/server/services/support";
import { type Answer, call, overNetwork } from "@test/support/calls";
import type { Mount } from "@test/support/mounts";
import { PEPPER } from "@test/support/secrets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import type { RevealedKey } from "@/contracts/keys";
import { generateKey } from "@/server/core/key-format";
import { keyDigest } from "@/server/core/secrets";
import { type Nodes, startNodes } from "./nodes";

const ROUNDS = 100;
/** For how long one of the servers gets no call before the first round; long enough for whatever it knows to be old. */
const IDLE_MS = 30_000;
/** Callers that keep the other one busy with all keys, the whole time. */
const CALLERS = 4;
/** Calls of a key at each server, as soon as its change was answered. */
const PROBES = 3;
/** A day; what a lowered limit leaves is used up long before. */
const [PLENTY, LOWERED] = [100_000, 1];

type Change = "revoked" | "regenerated" | "narrowed" | "limited";

interface Victim {
  made: RevealedKey;
  change: Change;
  way: keyof typeof WAYS;
  /** By the clock of this process; calls that start later must not be admitted. */
  answeredAt: number;
}

/** Makes a change, and returns the new secret where there is one. */
type Make = (nodes: Nodes, victim: Victim) => Promise<string | undefined>;

/** As an administrator does it at the server that is busy. */
const byConsole: Make = async ({ console }, { made: { key }, change }) => {
  const [procedure, input] = {
    revoked: ["keys.revoke", {}],
    regenerated: ["keys.regenerate", {}],
    narrowed: ["keys.update", { permissions: ["jobs:read"] }],
    limited: ["keys.update", { rateLimits: { day: LOWERED } }],
  }[change] as [string, object];
  const { status, text, data } = await console.mutate(procedure, { id: key.id, ...input });
  expect(status, text).toBe(200);
  return change === "regenerated" ? (data as RevealedKey).secret : undefined;
};

/** As an operator does it in a shell, in a process that serves nothing. */
const byCommand: Make = async ({ fixture }, { made: { key }, change }) => {
  const args = {
    revoked: ["revoke", key.id, "--yes"],
    regenerated: ["regenerate", key.id, "--yes"],
    narrowed: ["update", key.id, "--permissions=jobs:read"],
    limited: ["update", key.id, `--limit=day=${LOWERED}`],
  }[change];
  const { code, stdout, stderr } = await runCli(["key", ...args], settingsFor(fixture.databaseUrl));
  expect(code, stderr).toBe(0);
  return change === "regenerated" ? stdout.trim() : undefined;
};

/** As somebody does it who is at the database, and knows nothing of Keyward. */
const bySql: Make = async ({ fixture }, { made: { key }, change }) => {
  const sql = sqlOf(fixture);
  const secret = generateKey("kw", "staging");
  await {
    revoked: () => sql`update api_keys set revoked_at = now() where id = ${key.id}`,
    regenerated: () => sql`update api_keys set digest = ${keyDigest(secret, PEPPER)} where id = ${key.id}`,
    narrowed: () => sql`update api_keys set permissions = '{jobs:read}' where id = ${key.id}`,
    limited: () =>
      sql`update api_keys set rate_limits = jsonb_build_object('day', ${LOWERED}::int) where id = ${key.id}`,
  }[change]();
  return change === "regenerated" ? secret : undefined;
};

const CHANGES: readonly Change[] = ["revoked", "regenerated", "narrowed", "limited"];
const WAYS = { console: byConsole, command: byCommand, SQL: bySql };
const WAY_NAMES = Object.keys(WAYS) as (keyof typeof WAYS)[];

const REFUSED: Record<Change, string> = {
  revoked: "401 key_revoked",
  regenerated: "401 key_invalid",
  narrowed: "403 permission_denied",
  limited: "429 rate_limited",
};

const wordsOf = ({ status, json }: Answer) => (status === 200 ? "200" : `${status} ${json.code}`);
/** While Redis takes longer than 200 ms, as on a machine that is busy otherwise, a process decides on limits by itself, and says so. */
const isOwnCount = ({ headers }: Answer, { change }: Victim) =>
  change === "limited" && headers.get("ratelimit") === null;

const ask = (mount: Mount, key: string) =>
  call(overNetwork(mount), "GET", "/staging/customers?limit=1", { key });

describe("A change of a key, by console, command or SQL, on two servers of which one is busy and one has been idle", {
  tags: ["redis-server"],
}, () => {
  let nodes: Nodes;
  const victims: Victim[] = [];
  let over = false;
  /** What somebody was answered who started after the change was made, other than the refusal. */
  const late: string[] = [];

  const note = (victim: Victim, startedAt: number, answer: Answer, where: string) => {
    if (startedAt < victim.answeredAt || isOwnCount(answer, victim)) return;
    const words = wordsOf(answer);
    const { change, way } = victim;
    if (words !== REFUSED[change])
      late.push(
        `${change} by ${way}, ${Math.round(startedAt - victim.answeredAt)} ms later at the ${where}: ${words}`,
      );
  };
  const probe = async (victim: Victim, mount: Mount, where: string) => {
    const startedAt = performance.now();
    note(victim, startedAt, await ask(mount, victim.made.secret), where);
  };

  beforeAll(async () => {
    nodes = await startNodes();
    const { fixture, mounts } = nodes;
    for (let round = 0; round < ROUNDS; round++) {
      victims.push({
        made: await fixture.key({ permissions: ["customers:read"], rateLimits: { day: PLENTY } }),
        change: CHANGES[round % CHANGES.length] as Change,
        way: WAY_NAMES[Math.floor(round / CHANGES.length) % WAY_NAMES.length] as keyof typeof WAYS,
        answeredAt: Number.POSITIVE_INFINITY,
      });
    }
    // Both know every key, and have let it pass.
    for (const { made } of victims)
      for (const mount of mounts)
        for (let time = 0; time < 2; time++) expect((await ask(mount, made.secret)).status).toBe(200);
  }, 10 * MINUTE_MS);
  afterAll(() => nodes?.close());

  test(
    `holds for every call that starts after its answer: ${ROUNDS} rounds, none admitted late`,
    async () => {
      const [busy, idle] = nodes.mounts;
      const callBusy = async (first: number) => {
        for (let next = first; !over; next += CALLERS)
          await probe(victims[next % ROUNDS] as Victim, busy, "busy one, among its load");
      };
      const load = Promise.all(Array.from({ length: CALLERS }, (_, first) => callBusy(first)));
      await pause(IDLE_MS);
      try {
        for (const victim of victims) {
          const secret = await WAYS[victim.way](nodes, victim);
          victim.answeredAt = performance.now();
          const places = [idle, busy].flatMap((mount) => Array.from({ length: PROBES }, () => mount));
          await Promise.all(
            places.map((mount) => probe(victim, mount, mount === idle ? "idle one" : "busy one")),
          );
          // It is the change that refuses, and not the server.
          if (secret) for (const mount of nodes.mounts) expect((await ask(mount, secret)).status).toBe(200);
        }
      } finally {
        over = true;
        await load;
      }
      expect(late).toEqual([]);
    },
    15 * MINUTE_MS,
  );
});
