import { suiteFixture } from "@test/support/suite";
import type postgres from "postgres";
import { beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";

const fixture = suiteFixture();
let owner: postgres.Sql;

beforeAll(async () => {
  owner = fixture.runtime.databases.owner.$client;
});

const RAISED = "P0001";

describe("the audit", () => {
  test("takes rows, and refuses update, delete and truncate even from the owner", async () => {
    await fixture.key();
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
    const { key } = await fixture.key({ environment: "staging" });
    for (const environment of ENVIRONMENTS.filter((one) => one !== "staging")) {
      const change = owner`update api_keys set environment = ${environment}, name = 'moved' where id = ${key.id}`;
      await expect(Promise.resolve(change)).rejects.toMatchObject({ code: RAISED });
    }
    expect(await owner`select environment, name from api_keys where id = ${key.id}`).toEqual([
      { environment: "staging", name: key.name },
    ]);
  });
});

describe("a key's row", () => {
  test.each([
    ["a digest of another length", "digest = '\\x00'"],
    ["a previous secret without an end", "previous_digest = sha256('a'), overlap_until = null"],
    ["a digest after its deletion", "deleted_at = now()"],
    ["no digest before it", "digest = null"],
  ])("cannot have %s", async (_what, set) => {
    const { key } = await fixture.key();
    await expect(owner.unsafe(`update api_keys set ${set} where id = '${key.id}'`)).rejects.toMatchObject({
      code: "23514",
    });
  });
});
