import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { countCalls } from "@test/support/usage";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { FINDING_KINDS, type FindingKind } from "@/contracts/findings";
import type { KeyView } from "@/contracts/keys";
import { listFindingsSchema } from "@/contracts/schemas/findings";
import { parse } from "@/server/core/validation";
import { createAdmin, deactivateAdmin } from "@/server/services/admins";
import { checkFindings, listFindings } from "@/server/services/findings";
import { changeKeyPolicy } from "@/server/services/key-policies";
import { deleteKey, regenerateKey, revokeKey, updateKey } from "@/server/services/keys";
import { busyKey, daysAgo, plainKey, seenFrom, seenInQuery } from "./support";

const fixture = suiteFixture();

type Make = () => Promise<Pick<KeyView, "id">>;

/** Shares of calls over the limit. */
const limited = (calls: number, refused: number, at?: Date): Make => {
  return async () => {
    const key = await plainKey(fixture);
    await countCalls(fixture, [
      { key, calls: calls - refused, ...(at ? { at } : {}) },
      { key, calls: refused, status: 429, code: "rate_limited", ...(at ? { at } : {}) },
    ]);
    return key;
  };
};

const network = (firstSeen: number, quiet: number | null, late = 0): Make => {
  return async () => {
    const key = await busyKey(fixture);
    const firstSeenAt = daysAgo(fixture, firstSeen, late);
    const usedBeforeAt = quiet === null ? null : new Date(firstSeenAt.getTime() - quiet * DAY_MS);
    await seenFrom(fixture, key, { firstSeenAt, usedBeforeAt });
    return key;
  };
};

const resumed = (days: number, dormant: number, late = 0): Make => {
  return () => {
    const resumedAt = daysAgo(fixture, days, late);
    return busyKey(fixture, { resumedAt, dormantSince: new Date(resumedAt.getTime() - dormant * DAY_MS) });
  };
};

const expiring = (days: number, milliseconds = 0): Make => {
  return () => busyKey(fixture, { expiresAt: daysAgo(fixture, -days, -milliseconds).toISOString() });
};

const mismatched = (days: number): Make => {
  return async () => {
    const key = await busyKey(fixture);
    const call = { key, calls: 2, environment: "production", status: 401 } as const;
    await countCalls(fixture, [{ ...call, code: "environment_mismatch", at: daysAgo(fixture, days) }]);
    return key;
  };
};

/** Pairs of keys on both sides of each bound, and what is to be found about them. */
const SEEDED: readonly [name: string, found: readonly FindingKind[], make: Make][] = [
  ["nothing to say", [], () => busyKey(fixture)],
  ["never used, 13 days", [], () => plainKey(fixture, { lastUsedAt: null, createdAt: daysAgo(fixture, 13) })],
  [
    "never used, 14 days less a moment",
    [],
    () => plainKey(fixture, { lastUsedAt: null, createdAt: daysAgo(fixture, 14, -1) }),
  ],
  [
    "never used, 14 days",
    ["never_used"],
    () => plainKey(fixture, { lastUsedAt: null, createdAt: daysAgo(fixture, 14) }),
  ],
  ["used 59 days ago", [], () => plainKey(fixture, { lastUsedAt: daysAgo(fixture, 59) })],
  ["used 60 days less a moment ago", [], () => plainKey(fixture, { lastUsedAt: daysAgo(fixture, 60, -1) })],
  ["used 60 days ago", ["dormant"], () => plainKey(fixture, { lastUsedAt: daysAgo(fixture, 60) })],
  ["used again today after 60 days", ["resumed"], resumed(0, 60)],
  ["used again after 59 days", [], resumed(0, 59)],
  ["used again 14 days ago", ["resumed"], resumed(14, 90)],
  ["used again over 14 days ago", [], resumed(14, 90, 1)],
  ["expires in 14 days", ["expiring"], expiring(14)],
  ["expires in over 14 days", [], expiring(14, 1)],
  [
    "production without expiry",
    ["no_expiry"],
    () => busyKey(fixture, { environment: "production", expiresAt: null }),
  ],
  [
    "production with expiry",
    [],
    () => busyKey(fixture, { environment: "production", expiresAt: daysAgo(fixture, -90).toISOString() }),
  ],
  ["1.0 % over the limit", [], limited(1_000, 10)],
  ["1.1 % over the limit", ["limit_hit"], limited(1_000, 11)],
  ["1.0 % of a number without an exact hundredth", [], limited(2_900, 29)],
  ["99 calls, all but one over the limit", [], limited(99, 98)],
  ["100 calls, 2 over the limit", ["limit_hit"], limited(100, 2)],
  ["over the limit 7 days ago", ["limit_hit"], limited(1_000, 500, new Date("2023-11-16T12:00:00Z"))],
  ["over the limit more than 7 days ago", [], limited(1_000, 500, new Date("2023-11-16T11:59:59Z"))],
  ["wrong environment", ["wrong_environment"], mismatched(6)],
  ["wrong environment 8 days ago", [], mismatched(8)],
  ["new network after 14 quiet days", ["new_network"], network(0, 14)],
  ["new network after 13 quiet days", [], network(0, 13)],
  ["first network of all", [], network(0, null)],
  ["new network 14 days ago", ["new_network"], network(14, 20)],
  ["new network over 14 days ago", [], network(14, 20, 1)],
  [
    "seen in a query string",
    ["exposed"],
    async () => {
      const key = await busyKey(fixture);
      await seenInQuery(fixture, key, daysAgo(fixture, 200));
      return key;
    },
  ],
  [
    "seen in a query string, secret replaced since",
    [],
    async () => {
      const key = await busyKey(fixture);
      await seenInQuery(fixture, key, daysAgo(fixture, 0, 1));
      await regenerateKey(fixture.context(), { id: key.id, overlap: "now" });
      return key;
    },
  ],
  [
    "seen in a query string again with the new secret",
    ["exposed"],
    async () => {
      const key = await busyKey(fixture);
      await regenerateKey(fixture.context(), { id: key.id, overlap: "now" });
      await seenInQuery(fixture, key, daysAgo(fixture, 0, -1));
      return key;
    },
  ],
  ["writes never, reads", ["over_privileged"], () => busyKey(fixture, { permissions: ["customers:write"] })],
  [
    "reads by writing, and was given both",
    [],
    async () => {
      const key = await plainKey(fixture, { permissions: ["customers:read", "customers:write"] });
      await countCalls(fixture, [{ key, calls: 1, route: "POST /customers", permission: "customers:write" }]);
      return key;
    },
  ],
  [
    "another resource never touched",
    ["over_privileged"],
    () => busyKey(fixture, { permissions: ["customers:read", "licenses:validate"] }),
  ],
  [
    "gives to others what it does not use itself",
    [],
    async () => {
      const key = await plainKey(fixture, { permissions: ["keys:manage", "licenses:validate"] });
      await countCalls(fixture, [{ key, calls: 1, route: "POST /keys", permission: "keys:manage" }]);
      return key;
    },
  ],
  [
    "was refused what it may do",
    ["over_privileged"],
    async () => {
      const key = await busyKey(fixture, { permissions: ["customers:read", "licenses:validate"] });
      const route = { route: "POST /licenses/validate", permission: "licenses:validate" };
      await countCalls(fixture, [{ key, calls: 3, ...route, status: 429, code: "rate_limited" }]);
      return key;
    },
  ],
  [
    "exercised 30 days ago",
    [],
    async () => {
      const key = await busyKey(fixture, { permissions: ["customers:write"] });
      const at = new Date("2023-10-24T12:00:00Z");
      await countCalls(fixture, [
        { key, calls: 1, route: "POST /customers", permission: "customers:write", at },
      ]);
      return key;
    },
  ],
  [
    "exercised over 30 days ago",
    ["over_privileged"],
    async () => {
      const key = await busyKey(fixture, { permissions: ["customers:write"] });
      const at = new Date("2023-10-24T11:59:59Z");
      await countCalls(fixture, [
        { key, calls: 1, route: "POST /customers", permission: "customers:write", at },
      ]);
      return key;
    },
  ],
  [
    "too young to tell",
    [],
    () => busyKey(fixture, { permissions: ["customers:write"], createdAt: daysAgo(fixture, 30, -1) }),
  ],
  [
    "old enough to tell",
    ["over_privileged"],
    () => busyKey(fixture, { permissions: ["customers:write"], createdAt: daysAgo(fixture, 30) }),
  ],
  [
    "was given it a moment ago",
    [],
    async () => {
      const key = await busyKey(fixture);
      await updateKey(fixture.context(), { id: key.id, permissions: ["customers:write"] });
      return key;
    },
  ],
  [
    "was given something else a moment ago",
    ["over_privileged"],
    async () => {
      const key = await busyKey(fixture, { permissions: ["customers:write"] });
      await updateKey(fixture.context(), { id: key.id, permissions: ["customers:write", "jobs:read"] });
      return key;
    },
  ],
  [
    "no permission exercised at all",
    ["over_privileged"],
    async () => {
      const key = await plainKey(fixture);
      await countCalls(fixture, [{ key, calls: 1, route: "GET /key", permission: "" }]);
      return key;
    },
  ],
  [
    "several things",
    ["exposed", "expiring", "over_privileged"],
    async () => {
      const expiresAt = daysAgo(fixture, -3).toISOString();
      const facts = { environment: "production", permissions: ["customers:write"], expiresAt } as const;
      const key = await busyKey(fixture, { ...facts, permissions: [...facts.permissions] });
      await seenInQuery(fixture, key, daysAgo(fixture, 1));
      return key;
    },
  ],
  [
    "revoked",
    [],
    async () => {
      const key = await plainKey(fixture, { lastUsedAt: null, environment: "production" });
      await seenInQuery(fixture, key, daysAgo(fixture, 1));
      await revokeKey(fixture.context(), { id: key.id, reason: "" });
      return key;
    },
  ],
  [
    "silent, 14 days and a moment before the policy revokes it",
    [],
    () => plainKey(fixture, { environment: "development", lastUsedAt: daysAgo(fixture, 16, -1) }),
  ],
  [
    "silent, 14 days before the policy revokes it",
    ["silent"],
    () => plainKey(fixture, { environment: "development", lastUsedAt: daysAgo(fixture, 16) }),
  ],
  [
    "beyond the highest limit of its environment",
    ["outside_policy"],
    () => plainKey(fixture, { environment: "development", rateLimits: { minute: 61 } }),
  ],
  [
    "of a person who was deactivated",
    ["owner_left"],
    async () => {
      const input = {
        email: newEmail(),
        password: "correct horse battery",
        role: "admin",
        name: "",
      } as const;
      const { id, email } = await createAdmin(fixture.context(), input);
      const key = await plainKey(fixture, { owner: email });
      await deactivateAdmin(fixture.context(), { id });
      return key;
    },
  ],
  ["of a contact outside", [], () => plainKey(fixture, { owner: "ops@vendor.example" })],
  [
    "deleted",
    [],
    async () => {
      const key = await plainKey(fixture, { lastUsedAt: null, name: "Delete me" });
      await revokeKey(fixture.context(), { id: key.id, reason: "" });
      await deleteKey(fixture.context(), { id: key.id, name: "Delete me" });
      return key;
    },
  ],
];

describe("A seeded month", () => {
  test("has its culprits found exactly, no more and no fewer", async () => {
    const names = new Map<string, string>();
    for (const [name, , make] of SEEDED) names.set((await make()).id, name);
    await changeKeyPolicy(fixture.context(), {
      environment: "development",
      rules: { maxRateLimits: { minute: 60 }, silenceDays: 30 },
    });
    await checkFindings(fixture.context());
    const found = new Map<string, FindingKind[]>(SEEDED.map(([name]) => [name, []]));
    let cursor: string | null = null;
    do {
      const page = await listFindings(fixture.context(), parse(listFindingsSchema, { limit: 10, cursor }));
      for (const { key, evidence } of page.data) found.get(names.get(key.id) ?? "")?.push(evidence.kind);
      cursor = page.nextCursor;
    } while (cursor);
    const inOrder = (kinds: readonly FindingKind[]) => FINDING_KINDS.filter((kind) => kinds.includes(kind));
    expect(Object.fromEntries([...found].map(([name, kinds]) => [name, inOrder(kinds)]))).toEqual(
      Object.fromEntries(SEEDED.map(([name, kinds]) => [name, inOrder(kinds)])),
    );
    // Each kind is among the culprits.
    expect(inOrder(SEEDED.flatMap(([, kinds]) => kinds))).toEqual(FINDING_KINDS);
  });
});
