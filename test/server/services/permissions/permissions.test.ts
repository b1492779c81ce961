import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { countCalls } from "@test/support/usage";
import { describe, expect, test } from "vitest";
import { type OwnPermission, PERMISSIONS, RESERVED_RESOURCES } from "@/contracts/permissions";
import { createKey, deleteKey, getKey, listKeys, revokeKey, updateKey } from "@/server/services/keys";
import {
  definePermission,
  deletePermission,
  listPermissions,
  updatePermission,
} from "@/server/services/permissions";
import { proposeTrim } from "@/server/services/usage";
import { auditOf, breakAudit, refusal, sqlOf } from "../support";

const fixture = suiteFixture();
const owner = () => fixture.context(adminOf("owner"));

let numbered = 0;
/** A name that nobody has yet. */
const fresh = () => `orders:n${numbered++}`;
const define = (input: Partial<OwnPermission> = {}) =>
  definePermission(owner(), {
    name: fresh(),
    label: "Order Read",
    ...input,
    implies: [...(input.implies ?? [])],
  });

describe("A permission of one's own", () => {
  test("is defined, changed and deleted, each on record", async () => {
    const name = fresh();
    const [other] = [await define()];
    const audit = await auditOf(fixture, async () => {
      await definePermission(owner(), { name, label: " Order Write ", implies: [other.name, other.name] });
      expect(await listPermissions(fixture.context(adminOf("viewer")))).toContainEqual({
        name,
        label: "Order Write",
        description: "",
        implies: [other.name],
      });
      expect(await updatePermission(owner(), { name, description: "Place orders.", implies: [] })).toEqual({
        name,
        label: "Order Write",
        description: "Place orders.",
        implies: [],
      });
      // Saved as it was: no change.
      await updatePermission(owner(), { name, description: "Place orders." });
      await updatePermission(owner(), { name });
      expect(await deletePermission(owner(), { name })).toEqual({ name, deleted: true });
    });
    const subject = { subjectId: name, subjectName: name, environment: null };
    expect(audit).toMatchObject([
      { action: "permission.define", ...subject, after: { label: "Order Write", implies: [other.name] } },
      {
        action: "permission.update",
        ...subject,
        before: { description: "", implies: [other.name] },
        after: { description: "Place orders.", implies: [] },
      },
      { action: "permission.delete", ...subject, before: { label: "Order Write" } },
    ]);
    expect((await listPermissions(owner())).map((one) => one.name)).not.toContain(name);
    await expect(updatePermission(owner(), { name, label: "x" })).rejects.toEqual(refusal("not_found"));
    await expect(deletePermission(owner(), { name })).rejects.toEqual(refusal("not_found"));
  });

  test("is listed by its name, in one order whatever the database's locale", async () => {
    await define({ name: "zoo:read" });
    await define({ name: "zoo-a:read" });
    const names = (await listPermissions(owner())).map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });

  test.each([
    ...RESERVED_RESOURCES.map((resource) => `${resource}:read-all`),
    ...PERMISSIONS,
    "orders",
    "Orders:read",
    "orders:",
    ":read",
    "orders:*",
    "orders read",
    "órders:read",
    "orders:read:all",
    `${"o".repeat(32)}:read`,
    "orders:read\n",
  ])("is not called %j", async (name) => {
    await expect(define({ name })).rejects.toEqual(refusal("validation_failed", "name"));
  });

  test("has a name that no resource of the catalogue's has, now or when one is added", () => {
    for (const permission of PERMISSIONS) expect(RESERVED_RESOURCES).toContain(permission.split(":")[0]);
  });

  test.each(
    "activations events findings audit logs requests usage settings policies environments permissions verify admin admins team sessions account api".split(
      " ",
    ),
  )("has no name of %s, which Keyward has and may open to keys one day", async (resource) => {
    await expect(define({ name: `${resource}:read` })).rejects.toEqual(refusal("validation_failed", "name"));
  });

  test("is not defined twice", async () => {
    const { name } = await define();
    await expect(define({ name })).rejects.toEqual(refusal("conflict"));
  });

  test("includes others of its kind that there are, never itself, and never one that opens a door of Keyward's", async () => {
    const name = fresh();
    for (const implies of [["customers:read"], [name], [fresh()], ["not a name"], ["keyward:all"]]) {
      await expect(define({ name, implies })).rejects.toMatchObject({ code: "validation_failed" });
    }
    const made = await define({ name });
    for (const implies of [["licenses:manage"], [name], [fresh()]]) {
      await expect(updatePermission(owner(), { name: made.name, implies })).rejects.toMatchObject({
        code: "validation_failed",
      });
    }
  });

  test("is nothing that was not recorded", async () => {
    const mend = await breakAudit(fixture);
    const name = fresh();
    await expect(define({ name })).rejects.toThrow();
    await mend();
    expect((await listPermissions(owner())).map((one) => one.name)).not.toContain(name);
  });
});

describe("A key", () => {
  const input = { name: "Shop", environment: "staging" } as const;

  test("is given permissions that there are, and no others", async () => {
    const { name } = await define();
    const { key } = await createKey(owner(), { ...input, permissions: [name, "jobs:read"] });
    expect(key.permissions).toEqual([name, "jobs:read"]);
    const unknown = fresh();
    await expect(createKey(owner(), { ...input, permissions: [unknown] })).rejects.toEqual(
      refusal("validation_failed", "permissions.0"),
    );
    await expect(updateKey(owner(), { id: key.id, permissions: [name, unknown] })).rejects.toEqual(
      refusal("validation_failed", "permissions.1"),
    );
    await expect(createKey(owner(), { ...input, permissions: ["customers:delete"] })).rejects.toEqual(
      refusal("validation_failed", "permissions.0"),
    );
    expect((await getKey(owner(), { id: key.id })).permissions).toEqual([name, "jobs:read"]);
  });

  test("may keep what is defined no more, but not get it anew", async () => {
    const { name } = await define();
    const { key } = await createKey(owner(), { ...input, permissions: [name] });
    await sqlOf(fixture)`delete from permissions where name = ${name}`;
    const kept = await updateKey(owner(), { id: key.id, permissions: [name, "jobs:read"] });
    expect(kept.permissions).toEqual([name, "jobs:read"]);
    await updateKey(owner(), { id: key.id, permissions: ["jobs:read"] });
    await expect(updateKey(owner(), { id: key.id, permissions: [name, "jobs:read"] })).rejects.toEqual(
      refusal("validation_failed", "permissions.0"),
    );
  });

  test("that holds a permission keeps it from being deleted, until the key itself is", async () => {
    const { name } = await define();
    const keys = [
      await createKey(owner(), { ...input, permissions: [name] }),
      await createKey(owner(), { ...input, permissions: [name] }),
    ];
    const conflict = (detail: string) => expect.objectContaining({ code: "conflict", detail });
    await expect(deletePermission(owner(), { name })).rejects.toEqual(
      conflict("2 keys hold this permission. Take it away there first."),
    );
    for (const { key } of keys) await revokeKey(owner(), { id: key.id, reason: "" });
    const [first, second] = keys;
    await deleteKey(owner(), { id: first?.key.id as never, name: input.name });
    await expect(deletePermission(owner(), { name })).rejects.toEqual(
      conflict("1 key holds this permission. Take it away there first."),
    );
    await deleteKey(owner(), { id: second?.key.id as never, name: input.name });
    await deletePermission(owner(), { name });
  });

  test("never holds a permission that was deleted in the same moment", async () => {
    for (let round = 0; round < 10; round++) {
      const { name } = await define();
      const outcomes = await Promise.allSettled([
        createKey(owner(), { ...input, permissions: [name] }),
        deletePermission(owner(), { name }),
      ]);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }
  });

  test("is found by what it holds, and by what that includes", async () => {
    const lesser = await define();
    const greater = await define({ implies: [lesser.name] });
    const held = [
      await createKey(owner(), { ...input, permissions: [lesser.name] }),
      await createKey(owner(), { ...input, permissions: [greater.name] }),
    ].map(({ key }) => key.id);
    const found = async (permission: string) =>
      (await listKeys(owner(), { permission })).data.map(({ id }) => id).toSorted();
    expect(await found(lesser.name)).toEqual(held.toSorted());
    expect(await found(greater.name)).toEqual([held[1]]);
    expect(await found(fresh())).toEqual([]);
  });

  test("that is trimmed keeps those of one's own: what its services ask for is not in the figures", async () => {
    const { name } = await define();
    const { key } = await createKey(owner(), {
      ...input,
      permissions: ["jobs:write", "customers:read", name],
    });
    await countCalls(fixture, [{ key, calls: 3 }]);
    expect(await proposeTrim(owner(), { id: key.id })).toMatchObject({
      proposed: ["customers:read", name],
      removed: ["jobs:write"],
      added: [],
    });
  });

  test("is not trimmed where nothing of Keyward's was exercised, whatever it holds beside that: there is no evidence", async () => {
    const { name } = await define();
    const { key } = await createKey(owner(), { ...input, permissions: ["jobs:read", name] });
    expect(await proposeTrim(owner(), { id: key.id })).toMatchObject({
      proposed: null,
      removed: [],
      added: [],
    });
    await countCalls(fixture, [{ key, calls: 2, route: "GET /gate", permission: name }]);
    expect(await proposeTrim(owner(), { id: key.id })).toMatchObject({
      proposed: null,
      removed: [],
      added: [],
    });
  });
});

test("A permission that others include is not deleted before they do no longer", async () => {
  const lesser = await define();
  const greater = await define({ implies: [lesser.name] });
  await expect(deletePermission(owner(), { name: lesser.name })).rejects.toEqual(
    expect.objectContaining({
      code: "conflict",
      detail: `${greater.name} still includes it. Change that first.`,
    }),
  );
  await updatePermission(owner(), { name: greater.name, implies: [] });
  await deletePermission(owner(), { name: lesser.name });
});
