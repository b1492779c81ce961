import { createWorld, type World } from "@test/support/world";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";

let world: World;
let owner: postgres.Sql;

beforeAll(async () => {
  world = await createWorld();
  owner = world.platform.databases.owner.$client;
});
afterAll(() => world?.close());

const RAISED = "P0001";

describe("the audit", () => {
  test("takes rows, and refuses update, delete and truncate even from the owner", async () => {
    await world.key();
    const before = await owner`select * from audit_events`;
    expect(before).toHaveLength(1);
    for (const change of [
      "update audit_events set actor = 'nobody'",
      "update audit_events set actor = 'nobody' where false",
      "delete from audit_events",
      "delete from audit_events where id = ''",
      "truncate audit_events",
      "truncate audit_events cascade",
      "truncate settings, audit_events",
    ]) {
      await expect(owner.unsafe(change)).rejects.toMatchObject({
        code: RAISED,
        message: "audit_events is append-only",
      });
    }
    expect(await owner`select * from audit_events`).toEqual(before);
  });
});

describe("the environment of a key", () => {
  test("cannot change, not even by the owner's hand and together with other columns", async () => {
    const { key } = await world.key({ environment: "staging" });
    for (const environment of ENVIRONMENTS.filter((one) => one !== "staging")) {
      const change = owner`update api_keys set environment = ${environment}, name = 'moved' where id = ${key.id}`;
      await expect(Promise.resolve(change)).rejects.toMatchObject({ code: RAISED });
    }
    expect(await owner`select environment, name from api_keys where id = ${key.id}`).toEqual([
      { environment: "staging", name: key.name },
    ]);
  });
});

describe("the generation of a key", () => {
  async function generationOf(id: Id<"key">): Promise<number> {
    const [row] = await owner`select generation::int from api_keys where id = ${id}`;
    return row?.generation;
  }

  /** By how much the generation rises when this part of an UPDATE is applied. */
  async function rise(set: string): Promise<number> {
    const { key } = await world.key();
    const before = await generationOf(key.id);
    await owner.unsafe(`update api_keys set ${set} where id = '${key.id}'`);
    return (await generationOf(key.id)) - before;
  }

  const DIGEST = "sha256(random()::text::bytea)";

  test.each([
    `digest = ${DIGEST}`,
    `previous_digest = ${DIGEST}, previous_until = now()`,
    "permissions = '{jobs:read}'",
    "permissions = '{}'",
    `rate_limits = '{"minute": 1}'`,
    "ip_allowlist = '{192.0.2.0/24}'",
    "customer_scoped = true",
    "expires_at = now()",
    "revoked_at = now()",
    "deleted_at = now(), digest = null",
    "revoked_at = now(), name = 'both'",
  ])("rises with %s", async (set) => {
    expect(await rise(set)).toBe(1);
  });

  test.each([
    "last_used_at = now(), last_used_ip = '192.0.2.1', last_used_agent = 'a', last_used_route = 'GET /key'",
    "name = 'renamed'",
    "description = 'told'",
    "revoked_reason = 'why', revoked_by = 'who'",
    "updated_at = now()",
    "permissions = permissions, expires_at = expires_at",
  ])("stays with %s", async (set) => {
    expect(await rise(set)).toBe(0);
  });

  test("rises with every change of the customer scope, also when a customer is deleted through the public API's role", async () => {
    const { key } = await world.key();
    const { key: bystander } = await world.key();
    const { id } = await world.customer();
    const row = { key_id: key.id, customer_id: id, environment: "staging" };
    const steps = [
      () => owner`insert into api_key_customers ${owner(row)}`,
      () => owner`delete from api_key_customers where key_id = ${key.id}`,
      () => owner`insert into api_key_customers ${owner(row)}`,
      () => world.platform.databases.api.staging.$client`delete from customers where id = ${id}`,
    ];
    const [before, others] = [await generationOf(key.id), await generationOf(bystander.id)];
    for (const [index, step] of steps.entries()) {
      await step();
      expect(await generationOf(key.id)).toBe(before + index + 1);
    }
    expect(await generationOf(bystander.id)).toBe(others);
    expect(await owner`select 1 from api_key_customers where key_id = ${key.id}`).toEqual([]);
  });
});

describe("a key's row", () => {
  test.each([
    ["a digest of another length", "digest = '\\x00'"],
    ["a previous secret without an end", "previous_digest = sha256('a'), previous_until = null"],
    ["a digest after its deletion", "deleted_at = now()"],
    ["no digest before it", "digest = null"],
  ])("cannot have %s", async (_what, set) => {
    const { key } = await world.key();
    await expect(owner.unsafe(`update api_keys set ${set} where id = '${key.id}'`)).rejects.toMatchObject({
      code: "23514",
    });
  });
});
