import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import type { InvitationView } from "@/contracts/invitations";
import type { RoleGrants } from "@/contracts/roles";
import type { AdminPrincipal } from "@/server/core/principal";
import { newToken, tokenDigest } from "@/server/core/secrets";
import {
  acceptInvitation,
  changeRole,
  createAdmin,
  deactivateAdmin,
  findInvitation,
  inviteAdmin,
  listAdmins,
  listInvitations,
  removeAdmin,
  renewInvitation,
  revokeInvitation,
  signIn,
} from "@/server/services/admins";
import { auditOf, everyRow, refusal, sqlOf } from "../support";

const fixture = suiteFixture();
const PASSWORD = "correct horse battery";
const HOUR = 3_600;

const add = (role: AdminView["role"]) =>
  createAdmin(fixture.context(), { email: newEmail(), password: PASSWORD, role });
const as = (admin: AdminView) => fixture.context({ kind: "admin", ...admin } satisfies AdminPrincipal);
const invite = (email = newEmail(), grants: Partial<RoleGrants> = {}, by = owner) =>
  inviteAdmin(as(by), { email, role: "viewer", ...grants });
const accept = (token: string, deviations: object = {}) =>
  acceptInvitation(fixture.context(), { token, name: "Ada", password: PASSWORD, ...deviations });

let owner: AdminView;
beforeEach(async () => {
  await sqlOf(fixture)`delete from admins`;
  await sqlOf(fixture)`delete from invitations`;
  // No test meets the counters of the one before it.
  fixture.clock.advance(2 * HOUR);
  owner = await add("owner");
});

describe("An invitation", () => {
  test("makes the person with the name and password they choose and the role that was fixed, each step on record", async () => {
    const environmentRoles = { production: "viewer", staging: "admin" } as const;
    const email = newEmail();
    const rows = await auditOf(fixture, async () => {
      const { token, invitation } = await invite(email, { environmentRoles });
      expect(await listInvitations(as(owner))).toEqual([invitation]);
      expect(await findInvitation(fixture.context(), { token })).toEqual({
        email,
        role: "viewer",
        environmentRoles,
        invitedBy: owner.email,
      });
      expect(await accept(token)).toMatchObject({ email, name: "Ada", role: "viewer", environmentRoles });
    });
    const expiresAt = new Date(fixture.clock.now().getTime() + 72 * HOUR * 1_000).toISOString();
    expect(rows).toMatchObject([
      {
        action: "invitation.create",
        actor: owner.email,
        subjectName: email,
        after: { email, role: environmentRoles, expiresAt },
      },
      {
        action: "admin.create",
        actorKind: "system",
        actor: "invitation",
        after: { email, name: "Ada", role: environmentRoles, invitedBy: owner.email },
      },
    ]);
    expect(await listInvitations(as(owner))).toEqual([]);
    expect(await signIn(fixture.context(), { email, password: PASSWORD })).not.toBeNull();
  });

  test("is kept as the digest of its link alone, which is in no list, row or log", async () => {
    const { token, invitation } = await invite();
    const { token: newer } = await renewInvitation(as(owner), { id: invitation.id });
    await findInvitation(fixture.context(), { token: newer });
    const list = JSON.stringify(await listInvitations(as(owner)));
    const everything = JSON.stringify(await everyRow(fixture)) + fixture.log() + list;
    expect(everything).toContain(tokenDigest(newer));
    for (const secret of [token, newer]) expect(everything).not.toContain(secret);
    expect(list).not.toContain(tokenDigest(newer));
  });

  test("accepted many times at the same moment makes one person; the others meet a used link", async () => {
    const { token } = await invite();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, n) => accept(token, { name: `Ada ${n}` })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(DEAD);
    }
    expect(await listAdmins(as(owner))).toHaveLength(2);
  });

  test("is not used up by an attempt that was refused", async () => {
    const { token } = await invite();
    await expect(accept(token, { password: "short" })).rejects.toEqual(
      refusal("validation_failed", "password"),
    );
    await expect(accept(token, { name: " " })).rejects.toEqual(refusal("validation_failed", "name"));
    await expect(accept(token)).resolves.toMatchObject({ role: "viewer" });
  });

  test("gives way to the command line, which adds the same person", async () => {
    const { token, invitation } = await invite();
    await createAdmin(fixture.context(), { email: invitation.email, password: PASSWORD, role: "admin" });
    await expect(accept(token)).rejects.toMatchObject(DEAD);
    expect(await listInvitations(as(owner))).toEqual([]);
  });

  test.each([
    ["removed", (id: AdminView["id"]) => removeAdmin(as(owner), { id })],
    ["deactivated", (id: AdminView["id"]) => deactivateAdmin(as(owner), { id })],
    ["demoted", (id: AdminView["id"]) => changeRole(as(owner), { id, role: "admin" })],
  ])("ends when the owner who made it is %s, and those of others stay", async (_, end) => {
    const other = await add("owner");
    const { token } = await invite(newEmail(), { role: "owner" }, other);
    const { invitation } = await invite();
    await end(other.id);
    await expect(accept(token)).rejects.toMatchObject(DEAD);
    expect(await listInvitations(as(owner))).toEqual([invitation]);
    await expect(invite(newEmail(), {}, other)).rejects.toEqual(refusal("key_missing"));
  });

  test.each([
    ["by somebody who is no owner", "permission_denied", () => as({ ...owner, role: "admin" })],
    [
      "by an owner of one environment, whom there cannot be",
      "permission_denied",
      () => as({ ...owner, environmentRoles: { staging: "admin" } }),
    ],
  ])("is not made %s", async (_, code, ctx) => {
    const attempt = inviteAdmin(ctx(), { email: newEmail(), role: "viewer" });
    await expect(attempt).rejects.toEqual(refusal(code));
  });

  test.each([
    ["a role there is not", { role: "root" }, "role", "Must be owner, admin, operator or viewer"],
    ["no address", { email: "" }, "email", "Invalid email address"],
    ["text that is no address", { email: "acme.example" }, "email", "Invalid email address"],
    [
      "wide letters, another form of the same",
      { email: "ａｄａ@acme.example" },
      "email",
      "Invalid email address",
    ],
    [
      "a line break in it",
      { email: "ada@acme.example\nBcc: all@acme.example" },
      "email",
      "Invalid email address",
    ],
  ])("to %s is refused in these words", async (_, wrong, path, message) => {
    const before = await everyRow(fixture);
    const attempt = inviteAdmin(as(owner), { email: newEmail(), role: "viewer", ...wrong } as never);
    await expect(attempt).rejects.toMatchObject({
      code: "validation_failed",
      extensions: { errors: [{ path, message }] },
    });
    expect(await everyRow(fixture)).toEqual(before);
  });
});

/** The one answer to every link that opens nothing. */
const DEAD = {
  code: "not_found",
  detail:
    "This invitation does not work: it was used or withdrawn, has expired, or is not the newest link. Ask whoever invited you for a new link.",
};

describe("A link that does not work", () => {
  const dead = async (act: Promise<unknown>, token: string) => {
    await act;
    return token;
  };

  test.each<[string, (token: string, invitation: InvitationView) => Promise<string>]>([
    ["used", async (token) => dead(accept(token), token)],
    [
      "expired to the second",
      async (token) => {
        fixture.clock.advance(72 * HOUR);
        return token;
      },
    ],
    ["revoked", async (token, { id }) => dead(revokeInvitation(as(owner), { id }), token)],
    ["replaced by a newer one", async (token, { id }) => dead(renewInvitation(as(owner), { id }), token)],
    ["made up", async () => newToken()],
    ["cut short", async (token) => token.slice(0, -1)],
    ["its own digest, as a reader of the database has it", async (token) => tokenDigest(token)],
    ["SQL", async () => "' or true --"],
    ["a NUL", async () => "\u0000"],
  ])("gets one answer, to looking and to accepting, and changes nothing: %s", async (_, kill) => {
    const { token, invitation } = await invite();
    const text = await kill(token, invitation);
    const before = await everyRow(fixture);
    await expect(findInvitation(fixture.context(), { token: text })).rejects.toMatchObject(DEAD);
    await expect(accept(text)).rejects.toMatchObject(DEAD);
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("works until its last second", async () => {
    const { token } = await invite();
    fixture.clock.advance(72 * HOUR - 1);
    await expect(accept(token)).resolves.toMatchObject({ role: "viewer" });
  });

  test("is looked at sixty times an hour from one address", async () => {
    const attempts = Array.from({ length: 61 }, () =>
      findInvitation(fixture.context(), { token: newToken() }),
    );
    const outcomes = await Promise.allSettled(attempts);
    const codes = outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code);
    expect(codes.filter((code) => code === "not_found")).toHaveLength(60);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(1);
  });
});

describe("An address", () => {
  const THERE = { code: "conflict", detail: "There is an administrator with this e-mail address already." };
  const OPEN = {
    code: "conflict",
    detail:
      "There is an open invitation for this e-mail address. Make a new link for it, or revoke it first.",
  };

  test("of somebody who is there is not invited, whatever its capitals, also where they are deactivated", async () => {
    const ada = await add("viewer");
    await deactivateAdmin(as(owner), { id: ada.id });
    for (const email of [ada.email, ada.email.toUpperCase(), ` ${ada.email} `])
      await expect(invite(email)).rejects.toMatchObject(THERE);
  });

  test("has one open invitation, whatever its capitals, also of several at the same moment", async () => {
    const email = newEmail();
    const spellings = [email, email.toUpperCase(), email.replace("acme", "ACME")];
    const outcomes = await Promise.allSettled(spellings.map((one) => invite(one)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(OPEN);
    }
    expect(await listInvitations(as(owner))).toHaveLength(1);
  });

  test("can be invited anew once its invitation has expired or was revoked", async () => {
    const { invitation, token } = await invite();
    fixture.clock.advance(72 * HOUR);
    expect(await listInvitations(as(owner))).toEqual([]);
    const again = await invite(invitation.email.toUpperCase());
    await expect(accept(token)).rejects.toMatchObject(DEAD);
    await revokeInvitation(as(owner), { id: again.invitation.id });
    await expect(accept((await invite(invitation.email)).token)).resolves.toMatchObject({ role: "viewer" });
  });
});

test("A new link starts the time again, for an invitation that has expired too, and is on record; so is a revoke", async () => {
  const { invitation } = await invite();
  const { id, email, expiresAt } = invitation;
  fixture.clock.advance(73 * HOUR);
  const rows = await auditOf(fixture, async () => {
    const renewed = await renewInvitation(as(owner), { id });
    expect(Date.parse(renewed.invitation.expiresAt)).toBe(fixture.clock.now().getTime() + 72 * HOUR * 1_000);
    expect(await findInvitation(fixture.context(), { token: renewed.token })).toMatchObject({ email });
    await revokeInvitation(as(owner), { id });
  });
  expect(rows).toMatchObject([
    { action: "invitation.renew", subjectName: email, before: { expiresAt }, actor: owner.email },
    { action: "invitation.revoke", subjectName: email, before: { email, role: "viewer" }, after: null },
  ]);
  for (const verb of [renewInvitation, revokeInvitation])
    await expect(verb(as(owner), { id })).rejects.toEqual(refusal("not_found"));
});
