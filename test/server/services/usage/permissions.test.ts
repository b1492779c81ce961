import { suiteFixture } from "@test/support/suite";
import { countCalls } from "@test/support/usage";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import type { Permission } from "@/contracts/permissions";
import { getPermissionUse, proposeTrim, replayPermissions } from "@/server/services/usage";
import { insertJob } from "../../jobs/support";
import { refusal, sqlOf } from "../support";

const fixture = suiteFixture();

const daysAgo = (days: number) => new Date(fixture.clock.now().getTime() - days * DAY_MS);
const keyWith = async (...permissions: Permission[]) => (await fixture.key({ permissions })).key;
const trim = (id: Id<"key">) => proposeTrim(fixture.context(), { id });

describe("When a permission was last exercised", () => {
  test("is told to the second, however long ago, with the calls of 30 days", async () => {
    const key = await keyWith("customers:write", "licenses:read");
    const last = new Date(fixture.clock.now().getTime() - 180_000);
    await countCalls(fixture, [
      { key, calls: 4, at: last },
      { key, calls: 9, at: daysAgo(31), route: "POST /customers", permission: "customers:write" },
      { key, calls: 2, at: daysAgo(2), route: "POST /customers", permission: "customers:write" },
      { key, calls: 5, at: daysAgo(500), route: "POST /licenses", permission: "licenses:manage" },
    ]);
    expect(await getPermissionUse(fixture.context(), { id: key.id })).toEqual([
      { permission: "licenses:manage", calls: 0, lastAt: daysAgo(500).toISOString() },
      { permission: "customers:read", calls: 4, lastAt: last.toISOString() },
      { permission: "customers:write", calls: 2, lastAt: daysAgo(2).toISOString() },
    ]);
  });

  test("does not count what the gateway refused: that exercised nothing", async () => {
    const key = await keyWith("customers:write");
    for (const code of [
      "permission_denied",
      "rate_limited",
      "key_revoked",
      "environment_mismatch",
    ] as const) {
      await countCalls(fixture, [{ key, calls: 1, status: 403, code }]);
    }
    expect(await getPermissionUse(fixture.context(), { id: key.id })).toEqual([]);
    await countCalls(fixture, [{ key, calls: 1, status: 404, code: "not_found" }]);
    expect(await getPermissionUse(fixture.context(), { id: key.id })).toMatchObject([{ calls: 1 }]);
  });
});

describe("The proposal to trim a key", () => {
  test("narrows writing to reading where only reading was done, and proves that nothing is cut", async () => {
    const key = await keyWith("customers:write", "licenses:manage", "telemetry:write");
    await countCalls(fixture, [
      { key, calls: 41_000 },
      { key, calls: 207, route: "POST /licenses", permission: "licenses:manage" },
      { key, calls: 3, route: "GET /licenses", permission: "licenses:read" },
      { key, calls: 5, route: "GET /key", permission: "" },
    ]);
    expect(await trim(key.id)).toEqual({
      proposed: ["licenses:manage", "customers:read"],
      removed: ["customers:write", "telemetry:write"],
      added: ["customers:read"],
      replay: { calls: 41_215, refused: 0, missing: [] },
    });
  });

  test("keeps what the jobs of the key took, and what reading their results may have taken", async () => {
    const key = await keyWith(
      "jobs:write",
      "licenses:manage",
      "licenses:validate",
      "customers:write",
      "telemetry:read",
    );
    await insertJob(sqlOf(fixture), key.id, "staging");
    await sqlOf(fixture)`
      update job_records set type = 'licenses.generate', created_at = ${daysAgo(3).toISOString()} where key_id = ${key.id}`;
    await countCalls(fixture, [{ key, calls: 2, route: "POST /jobs", permission: "jobs:write" }]);
    expect((await trim(key.id)).proposed).toEqual(["licenses:manage", "jobs:write"]);
    await countCalls(fixture, [{ key, calls: 1, route: "GET /jobs/{id}/result", permission: "jobs:read" }]);
    const { proposed, replay } = await trim(key.id);
    expect(proposed).toEqual(["licenses:manage", "customers:read", "telemetry:read", "jobs:write"]);
    expect(replay).toEqual({ calls: 3, refused: 0, missing: [] });
  });

  // Which events an endpoint is told of, and what another key was given, is not in the figures.
  test.each([
    ["POST /webhooks", ["licenses:read", "customers:read", "webhooks:manage"], ["licenses:read"]],
    ["DELETE /webhooks/{id}", ["licenses:manage", "telemetry:read", "webhooks:manage"], ["licenses:read"]],
    [
      "GET /webhooks/{id}/deliveries",
      ["jobs:read", "keys:manage", "webhooks:manage"],
      ["jobs:read", "keys:manage"],
    ],
    ["GET /webhooks/{id}", ["licenses:read", "webhooks:manage"], []],
    ["POST /keys", ["licenses:validate", "keys:manage"], ["licenses:validate"]],
    ["PATCH /keys/{id}", ["customers:write", "keys:manage"], ["customers:write"]],
    ["GET /keys", ["customers:write", "keys:manage"], []],
  ] as const)("keeps what %s may have taken of %j", async (route, held, kept) => {
    const permission = route.includes("webhooks") ? "webhooks:manage" : "keys:manage";
    const key = await keyWith(...held);
    await countCalls(fixture, [{ key, calls: 5, route, permission }]);
    expect(await trim(key.id)).toMatchObject({ proposed: [...kept, permission], replay: { refused: 0 } });
    const without = await replayPermissions(fixture.context(), { id: key.id, permissions: [permission] });
    expect(without.refused).toBe(kept.length > 0 ? 5 : 0);
  });

  test("is none where nothing was exercised: a key must hold something", async () => {
    const key = await keyWith("customers:write");
    await countCalls(fixture, [{ key, calls: 5, route: "GET /key", permission: "" }]);
    expect(await trim(key.id)).toEqual({
      proposed: null,
      removed: [],
      added: [],
      replay: { calls: 5, refused: 0, missing: [] },
    });
  });

  test("never widens: what the key lost meanwhile stays lost", async () => {
    const key = await keyWith("customers:read");
    await countCalls(fixture, [
      { key, calls: 1 },
      { key, calls: 1, route: "POST /licenses", permission: "licenses:manage" },
    ]);
    expect(await trim(key.id)).toMatchObject({ proposed: ["customers:read"], replay: { refused: 0 } });
  });
});

describe("The replay of a set of permissions", () => {
  test("counts the calls of 30 days that it would have refused, by what they lacked", async () => {
    const key = await keyWith("customers:write", "licenses:manage");
    await countCalls(fixture, [
      { key, calls: 10 },
      { key, calls: 3, route: "POST /customers", permission: "customers:write" },
      { key, calls: 20, route: "POST /licenses", permission: "licenses:manage", at: daysAgo(30) },
      { key, calls: 99, route: "POST /licenses", permission: "licenses:manage", at: daysAgo(30.1) },
      { key, calls: 7, status: 429, code: "rate_limited" },
    ]);
    const replay = (...permissions: Permission[]) =>
      replayPermissions(fixture.context(), { id: key.id, permissions });
    expect(await replay("customers:read")).toEqual({
      calls: 33,
      refused: 23,
      missing: [
        { permission: "licenses:manage", calls: 20 },
        { permission: "customers:write", calls: 3 },
      ],
    });
    expect(await replay("customers:write", "licenses:manage")).toMatchObject({ refused: 0 });
    expect(await replay("customers:write", "licenses:read")).toMatchObject({ refused: 20 });
  });

  test("counts the jobs that could not have been started", async () => {
    const key = await keyWith("jobs:write", "licenses:read");
    await insertJob(sqlOf(fixture), key.id, "staging");
    await sqlOf(fixture)`
      update job_records set type = 'licenses.export', created_at = ${daysAgo(1).toISOString()} where key_id = ${key.id}`;
    await countCalls(fixture, [{ key, calls: 3, route: "POST /jobs", permission: "jobs:write" }]);
    const replay = await replayPermissions(fixture.context(), { id: key.id, permissions: ["jobs:write"] });
    expect(replay).toEqual({ calls: 3, refused: 1, missing: [{ permission: "licenses:read", calls: 1 }] });
  });

  test("is not found for a key that is not there", async () => {
    const gone = { id: "key_00000000000000000000000000" as const, permissions: ["jobs:read" as const] };
    await expect(replayPermissions(fixture.context(), gone)).rejects.toEqual(refusal("not_found"));
  });
});
