import { sqlOf } from "@test/server/services/support";
import { call, expectProblem, inProcess } from "@test/support/calls";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { suiteFixture } from "@test/support/suite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRuntime } from "@/server/runtime/create";
import type { Runtime } from "@/server/runtime/runtime";
import { definePermission, deletePermission, updatePermission } from "@/server/services/permissions";

const fixture = suiteFixture();
const here = inProcess(fixture);
/** Another node on the same database, with a cache of its own. */
let other: Runtime;
const there = inProcess({
  get runtime() {
    return other;
  },
});

beforeAll(() => {
  const { env, logger, clock } = fixture.runtime;
  other = createRuntime(env, logger, {
    url: fixture.databaseUrl,
    pepper: PEPPER,
    sessionSecret: SESSION_SECRET,
    clock,
  });
});
afterAll(async () => {
  await other?.requestLog.close(1);
  await other?.lastUse.flush();
  await other?.databases.end();
  await other?.limiter.close();
});

let numbered = 0;
const newPermission = async (implies: string[] = []) => {
  const name = `orders:n${numbered++}`;
  return (await definePermission(fixture.context(), { name, label: name, implies })).name;
};
const newKey = (...permissions: string[]) => fixture.key({ permissions, rateLimits: { minute: 100_000 } });
const gate = (api: typeof here, key: string, permission: string) =>
  call(api, "GET", `/staging/gate?permission=${permission}`, { key });

describe("A permission of one's own", () => {
  test("lets the key pass that holds it, or one that includes it, at the gate and in a verification", async () => {
    const lesser = await newPermission();
    const greater = await newPermission([lesser]);
    const { secret } = await newKey(greater, "customers:write");
    for (const permission of [lesser, greater, "customers:read"]) {
      expect((await gate(here, secret, permission)).status).toBe(200);
    }
    const passed = await gate(here, secret, lesser);
    expect(passed.headers.get("x-keyward-permissions")).toBe(
      `customers:read,customers:write,${lesser},${greater}`,
    );
    const service = await newKey("keys:verify");
    const body = { key: secret, permission: lesser };
    const verified = await call(here, "POST", "/staging/keys/verify", { key: service.secret, body });
    expect(verified.json).toMatchObject({
      valid: true,
      permissions: expect.arrayContaining([lesser, greater]),
    });
    const itself = await call(here, "GET", "/staging/key", { key: secret });
    expect(itself.json.permissions).toEqual([greater, "customers:write"]);
    const lacking = await newKey(lesser);
    expectRefused(await gate(here, lacking.secret, greater), greater);
  });

  test("means on every node, for the very next call, what it means since it was changed", async () => {
    const lesser = await newPermission();
    const greater = await newPermission();
    const { secret } = await newKey(greater);
    const passes = async () => [
      (await gate(here, secret, lesser)).status,
      (await gate(there, secret, lesser)).status,
    ];
    for (let round = 0; round < 3; round++) {
      expect(await passes()).toEqual([403, 403]);
      await updatePermission(fixture.context(), { name: greater, implies: [lesser] });
      expect(await passes()).toEqual([200, 200]);
      await updatePermission(fixture.context(), { name: greater, implies: [] });
    }
    // Also where it is changed by plain SQL.
    await sqlOf(fixture)`update permissions set implies = ${[lesser]} where name = ${greater}`;
    expect(await passes()).toEqual([200, 200]);
    await sqlOf(fixture)`delete from permissions where name = ${lesser}`;
    expect(await passes()).toEqual([403, 403]);
  });

  test("grants nothing to a key that carries its name while nobody has defined it", async () => {
    const name = await newPermission();
    const { key, secret } = await newKey("jobs:read");
    await deletePermission(fixture.context(), { name });
    await sqlOf(fixture)`update api_keys set permissions = array[${name}] where id = ${key.id}`;
    expectRefused(await gate(here, secret, name), name);
    const passed = await gate(here, secret, "");
    expect(passed.status).toBe(422);
    expect(
      (await call(here, "GET", "/staging/gate", { key: secret })).headers.get("x-keyward-permissions"),
    ).toBe("none");
  });

  test("opens no door of Keyward's, also where somebody has written so into its table", async () => {
    const name = await newPermission();
    const { secret } = await newKey(name);
    await sqlOf(fixture)`insert into permissions (name, label, description, created_at, updated_at)
      values ('customers:read', 'x', '', now(), now())`;
    await sqlOf(fixture)`update permissions set implies = array['customers:read'] where name = ${name}`;
    expectRefused(await gate(here, secret, "customers:read"), "customers:read");
    const answer = await call(here, "GET", "/staging/customers", { key: secret });
    expectProblem(answer, "permission_denied", { missingPermissions: ["customers:read"] });
    await sqlOf(fixture)`delete from permissions where name = 'customers:read'`;
  });
});

function expectRefused(answer: Awaited<ReturnType<typeof call>>, permission: string): void {
  expectProblem(answer, "permission_denied", { missingPermissions: [permission] });
}
