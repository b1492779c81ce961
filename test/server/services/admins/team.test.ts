import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import type { RoleGrants } from "@/contracts/roles";
import type { AdminPrincipal } from "@/server/core/principal";
import { withTransaction } from "@/server/database/session";
import {
  changeRole,
  createAdmin,
  deactivateAdmin,
  listAdmins,
  reactivateAdmin,
  removeAdmin,
  resetPassword,
  signIn,
} from "@/server/services/admins";
import { adminOfSession, startSession } from "@/server/services/sessions";
import { auditOf, everyRow, refusal, sqlOf } from "../support";

const fixture = suiteFixture();
const PASSWORD = "correct horse battery";

const add = (grants: Partial<RoleGrants> = {}) =>
  createAdmin(fixture.context(), { email: newEmail(), password: PASSWORD, role: "viewer", ...grants });
const as = (admin: AdminView) => fixture.context({ kind: "admin", ...admin } satisfies AdminPrincipal);
const sessionOf = async ({ id }: AdminView) => ({
  kind: "token" as const,
  token: await withTransaction(fixture.context(), async (ctx) => (await startSession(ctx, id)).token),
});

let owner: AdminView;
beforeEach(async () => {
  await sqlOf(fixture)`delete from admins`;
  // No test meets the counters of sign-ins of the one before it.
  fixture.clock.advance(2 * 3_600);
  owner = await add({ role: "owner" });
});

describe("A change to an administrator", () => {
  const IN_ENVIRONMENTS = { staging: "admin", production: "viewer" } as const;

  test.each([
    [
      "one role everywhere",
      { role: "operator" },
      { action: "admin.change_role", before: { role: "viewer" }, after: { role: "operator" } },
    ],
    [
      "roles by environment",
      { role: "viewer", environmentRoles: IN_ENVIRONMENTS },
      { action: "admin.change_role", before: { role: "viewer" }, after: { role: IN_ENVIRONMENTS } },
    ],
  ] as const)("to %s is on record, ends the sessions and holds for the next", async (_, grants, row) => {
    const admin = await add();
    const session = await sessionOf(admin);
    const rows = await auditOf(fixture, () => changeRole(as(owner), { id: admin.id, ...grants }));
    expect(rows).toMatchObject([{ ...row, actor: owner.email, subjectName: admin.email, environment: null }]);
    expect(await adminOfSession(fixture.context(), session)).toBeNull();
    const { role, environmentRoles = null } = { environmentRoles: undefined, ...grants };
    expect(await adminOfSession(fixture.context(), await sessionOf(admin))).toMatchObject({
      admin: { ...admin, role, environmentRoles },
    });
  });

  test("to the role there is changes nothing, whatever the order of environments", async () => {
    const admin = await add({ environmentRoles: { staging: "admin", production: "viewer" } });
    const session = await sessionOf(admin);
    const again = { environmentRoles: { production: "viewer", staging: "admin" } } as const;
    expect(
      await auditOf(fixture, () => changeRole(as(owner), { id: admin.id, role: "viewer", ...again })),
    ).toEqual([]);
    expect(await adminOfSession(fixture.context(), session)).not.toBeNull();
  });

  test("that deactivates signs out and shuts out, until they are reactivated with their password and role", async () => {
    const admin = await add({ role: "operator" });
    const session = await sessionOf(admin);
    const credentials = { email: admin.email, password: PASSWORD };
    const rows = await auditOf(fixture, async () => {
      await deactivateAdmin(as(owner), { id: admin.id });
      expect(await adminOfSession(fixture.context(), session)).toBeNull();
      expect(await signIn(fixture.context(), credentials)).toBeNull();
      await deactivateAdmin(as(owner), { id: admin.id });
      await reactivateAdmin(as(owner), { id: admin.id });
      await reactivateAdmin(as(owner), { id: admin.id });
    });
    const at = fixture.clock.now().toISOString();
    const changes = rows.filter(({ action }) => action !== "admin.refuse_sign_in");
    expect(changes).toMatchObject([
      { action: "admin.deactivate", before: { deactivatedAt: null }, after: { deactivatedAt: at } },
      { action: "admin.reactivate", before: { deactivatedAt: at }, after: { deactivatedAt: null } },
    ]);
    expect(await adminOfSession(fixture.context(), session)).toBeNull();
    expect(await signIn(fixture.context(), credentials)).not.toBeNull();
    expect(await adminOfSession(fixture.context(), await sessionOf(admin))).toMatchObject({
      admin: { role: "operator" },
    });
  });

  test("that removes leaves what they did on record under their e-mail address", async () => {
    const admin = await add({ role: "owner" });
    const session = await sessionOf(admin);
    const made = await auditOf(fixture, () =>
      createAdmin(as(admin), { email: newEmail(), password: PASSWORD, role: "viewer" }),
    );
    const rows = await auditOf(fixture, () => removeAdmin(as(owner), { id: admin.id }));
    expect(rows).toMatchObject([
      {
        action: "admin.remove",
        subjectName: admin.email,
        before: { email: admin.email, name: "", role: "owner" },
        after: null,
      },
    ]);
    expect(await adminOfSession(fixture.context(), session)).toBeNull();
    expect(await listAdmins(as(owner))).not.toContainEqual(expect.objectContaining({ id: admin.id }));
    const [row] = await sqlOf(fixture)`select actor from audit_events where id = ${made[0]?.id ?? ""}`;
    expect(row).toEqual({ actor: admin.email });
  });

  test("that resets a password ends the sessions, and keeps both passwords off the record", async () => {
    const session = await sessionOf(owner);
    const rows = await auditOf(fixture, () =>
      resetPassword(fixture.context(), { id: owner.id, password: "another long password" }),
    );
    expect(rows).toMatchObject([
      { action: "admin.reset_password", actor: "command line", before: null, after: null },
    ]);
    expect(await adminOfSession(fixture.context(), session)).toBeNull();
    const { email } = owner;
    expect(await signIn(fixture.context(), { email, password: PASSWORD })).toBeNull();
    expect(await signIn(fixture.context(), { email, password: "another long password" })).not.toBeNull();
  });

  test.each([
    ["a role there is not", { role: "root" }, "role", "Must be owner, admin, operator or viewer"],
    ["no role", {}, "role", "Must be owner, admin, operator or viewer"],
    [
      "an owner of one environment",
      { role: "viewer", environmentRoles: { staging: "owner" } },
      "environmentRoles.staging",
      "Must be admin, operator or viewer. An owner is one in all environments",
    ],
    [
      "no environment at all",
      { role: "viewer", environmentRoles: {} },
      "environmentRoles",
      "Must name a role in an environment",
    ],
    [
      "an environment there is not",
      { role: "viewer", environmentRoles: { staging: "viewer", test: "admin" } },
      "environmentRoles.test",
      "Unknown field",
    ],
    [
      "a role everywhere beside those by environment",
      { role: "admin", environmentRoles: { staging: "viewer" } },
      "role",
      "Must be viewer where roles are held by environment",
    ],
  ])("to %s is refused in these words, and nothing is stored", async (_, grants, path, message) => {
    const admin = await add();
    const before = await everyRow(fixture);
    const attempt = changeRole(as(owner), { id: admin.id, ...grants } as never);
    await expect(attempt).rejects.toMatchObject({
      code: "validation_failed",
      extensions: { errors: [{ path, message }] },
    });
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("who is not there is not found", async () => {
    const { id } = await add();
    await removeAdmin(as(owner), { id });
    for (const verb of [deactivateAdmin, reactivateAdmin, removeAdmin])
      await expect(verb(as(owner), { id })).rejects.toEqual(refusal("not_found"));
    await expect(changeRole(as(owner), { id, role: "admin" })).rejects.toEqual(refusal("not_found"));
  });
});

describe("The last owner who can sign in", () => {
  const LAST = expect.objectContaining({
    code: "invalid_state",
    detail: "This is the last owner who can sign in. Make somebody else an owner first.",
  });

  test.each([
    ["removed", (id: AdminView["id"]) => removeAdmin(as(owner), { id })],
    ["deactivated", (id: AdminView["id"]) => deactivateAdmin(as(owner), { id })],
    ["demoted", (id: AdminView["id"]) => changeRole(as(owner), { id, role: "admin" })],
    ["deactivated by the command line", (id: AdminView["id"]) => deactivateAdmin(fixture.context(), { id })],
  ])("cannot be %s, and a deactivated owner is none beside them", async (_, act) => {
    const other = await add({ role: "owner" });
    await deactivateAdmin(as(owner), { id: other.id });
    const before = await everyRow(fixture);
    await expect(act(owner.id)).rejects.toEqual(LAST);
    expect(await everyRow(fixture)).toEqual(before);
    await reactivateAdmin(as(owner), { id: other.id });
    await expect(act(owner.id)).resolves.toMatchObject({ id: owner.id });
  });

  test("is left when two owners remove each other at the same moment, and the other one's act is refused", async () => {
    for (let round = 0; round < 10; round++) {
      const other = await add({ role: "owner" });
      const outcomes = await Promise.allSettled([
        removeAdmin(as(owner), { id: other.id }),
        removeAdmin(as(other), { id: owner.id }),
      ]);
      const refused = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(refused).toMatchObject([{ reason: { code: "key_missing", detail: "Sign in to continue." } }]);
      const left = await listAdmins(fixture.context());
      expect(left).toMatchObject([{ role: "owner", deactivatedAt: null }]);
      owner = left[0] as AdminView;
    }
  });

  test("is left when all owners are demoted, deactivated and removed at the same moment", async () => {
    const owners = [owner];
    for (let n = 0; n < 5; n++) owners.push(await add({ role: "owner" }));
    const acts = [
      (id: AdminView["id"]) => changeRole(fixture.context(), { id, role: "viewer" }),
      (id: AdminView["id"]) => deactivateAdmin(fixture.context(), { id }),
      (id: AdminView["id"]) => removeAdmin(fixture.context(), { id }),
    ];
    const outcomes = await Promise.allSettled(owners.map(({ id }, n) => acts[n % 3]?.(id)));
    expect(outcomes.filter((outcome) => outcome.status === "rejected")).toMatchObject([
      { reason: { code: "invalid_state" } },
    ]);
    const left = await listAdmins(fixture.context());
    expect(left.filter(({ role, deactivatedAt }) => role === "owner" && !deactivatedAt)).toHaveLength(1);
  });
});

test("Somebody who was demoted, deactivated or removed while they asked does nothing any more", async () => {
  const victim = await add();
  for (const end of [
    (id: AdminView["id"]) => changeRole(as(owner), { id, role: "admin" }),
    (id: AdminView["id"]) => deactivateAdmin(as(owner), { id }),
    (id: AdminView["id"]) => removeAdmin(as(owner), { id }),
  ]) {
    const actor = await add({ role: "owner" });
    await end(actor.id);
    await expect(removeAdmin(as(actor), { id: victim.id })).rejects.toEqual(refusal("key_missing"));
  }
});

test("The list tells role, last sign-in, sessions that count and deactivation, and no hash", async () => {
  const admin = await add({ environmentRoles: { staging: "operator" } });
  for (let n = 0; n < 2; n++) await signIn(fixture.context(), { email: admin.email, password: PASSWORD });
  const { createdAt } = { createdAt: fixture.clock.now().toISOString() };
  const listed = async () => (await listAdmins(as(owner))).find(({ id }) => id === admin.id);
  expect(await listed()).toEqual({
    ...admin,
    createdAt,
    lastSignInAt: createdAt,
    deactivatedAt: null,
    hasSecondFactor: false,
    providers: [],
    sessions: 2,
  });
  // As a version leaves it that notes no secret: it counts, there and here.
  await sqlOf(fixture)`update sessions set secret_check = null where admin_id = ${admin.id}`;
  expect(await listed()).toMatchObject({ sessions: 2 });
  fixture.clock.advance(12 * 3_600);
  expect(await listed()).toMatchObject({ sessions: 0 });
  await deactivateAdmin(as(owner), { id: admin.id });
  expect(await listed()).toMatchObject({ sessions: 0, deactivatedAt: fixture.clock.now().toISOString() });
});
