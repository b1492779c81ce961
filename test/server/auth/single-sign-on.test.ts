import { adminOf, createFixture, type Fixture } from "@test/support/fixture";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "@test/support/identity-provider";
import {
  browserAt,
  CALLBACK,
  finish,
  holderOf,
  ORIGIN,
  type Outcome,
  passProvider,
  recorded,
  refusal,
  verified,
} from "@test/support/provider-sign-in";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AdminPrincipal } from "@/server/core/principal";
import {
  changeRole,
  createAdmin,
  deactivateAdmin,
  inviteAdmin,
  listAdmins,
  listIdentities,
  listInvitations,
  unlinkIdentities,
  unlinkIdentity,
} from "@/server/services/admins";

const PASSWORD = "correct horse battery";

let provider: IdentityProvider;
/** Of a provider whose groups give no roles, and of one whose do. */
let plain: Fixture;
let mapped: Fixture;

beforeAll(async () => {
  process.env.NEXTAUTH_URL = ORIGIN;
  provider = await startIdentityProvider(CALLBACK);
  const settings = {
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_ISSUER: provider.issuer,
    SSO_ALLOWED_DOMAINS: "people.example",
  };
  const roles = {
    OIDC_ROLES_CLAIM: "groups",
    OIDC_ROLE_MAP: "admins=admin,ops=operator@staging,owners=owner",
  };
  [plain, mapped] = await Promise.all([createFixture(settings), createFixture({ ...settings, ...roles })]);
  for (const fixture of [plain, mapped])
    await createAdmin(fixture.context(), { email: "owner@acme.example", password: PASSWORD, role: "owner" });
});

afterAll(async () => {
  delete process.env.NEXTAUTH_URL;
  await Promise.all([plain, mapped].map((fixture) => fixture?.close()));
  await provider?.close();
});

async function signInAs(
  fixture: Fixture,
  subject: string,
  claims: Record<string, unknown>,
): Promise<Outcome> {
  provider.accounts.set(subject, claims);
  const browser = browserAt(fixture);
  return finish(fixture, browser, await passProvider(browser, subject));
}

describe("Signed in by a provider is", () => {
  test("somebody of the team with that address, whatever its case, from then on by the account alone", async () => {
    const email = "grace@acme.example";
    const { id } = await createAdmin(plain.context(), { email, password: PASSWORD, role: "operator" });
    const first = await signInAs(plain, "grace", verified("Grace@ACME.example", { name: "G" }));
    expect(first).toMatchObject({ path: "/keys", principal: { id, email, role: "operator", name: "" } });
    const again = await signInAs(plain, "grace", verified("grace@elsewhere.example"));
    expect(again).toMatchObject({ path: "/keys", principal: { id, email } });
    const { identities, hasPassword } = await listIdentities(
      plain.context(again.principal as AdminPrincipal),
    );
    expect(hasPassword).toBe(true);
    expect(identities).toMatchObject([{ issuer: provider.issuer, email: "grace@elsewhere.example" }]);
    expect(await recorded(plain, email)).toEqual([
      expect.objectContaining({ action: "admin.create" }),
      { actor: "sign-in", action: "admin.link_identity", before: null, after: { provider: provider.issuer } },
      { actor: email, action: "session.start", before: null, after: { provider: provider.issuer } },
      { actor: email, action: "session.start", before: null, after: { provider: provider.issuer } },
    ]);
  });

  test("somebody invited, with the role of the invitation, which is used by it", async () => {
    const email = "invited@acme.example";
    await inviteAdmin(plain.context(), { email, role: "viewer", environmentRoles: { staging: "admin" } });
    const { path, principal } = await signInAs(plain, "invited", verified(email, { name: "Ida" }));
    expect(path).toBe("/keys");
    expect(principal).toMatchObject({ email, name: "Ida", environmentRoles: { staging: "admin" } });
    expect(await listInvitations(plain.context())).toEqual([]);
    expect(await listIdentities(plain.context(principal as AdminPrincipal))).toMatchObject({
      hasPassword: false,
    });
  });

  test("somebody with an address of an allowed domain, as a viewer, and of no domain below it", async () => {
    const { path, principal } = await signInAs(plain, "new", verified("new@People.example"));
    expect(path).toBe("/keys");
    expect(principal).toMatchObject({ email: "new@People.example", role: "viewer", environmentRoles: null });
    for (const [subject, domain] of [
      ["below", "evil.people.example"],
      ["beside", "notpeople.example"],
    ] as const)
      expect(await signInAs(plain, subject, verified(`x@${domain}`))).toMatchObject({
        path: refusal("unknown"),
        principal: null,
      });
  });

  test("in place of whom the browser showed before, whose session ends", async () => {
    await createAdmin(plain.context(), { email: "a@acme.example", password: PASSWORD, role: "viewer" });
    const { browser } = await signInAs(plain, "a", verified("a@acme.example"));
    const former = browser.cookies(ORIGIN).get("next-auth.session-token");
    const back = await passProvider(browser, "a");
    const { principal } = await finish(plain, browser, back);
    expect(principal).not.toBeNull();
    expect(await holderOf(plain, former)).toBeNull();
  });
});

describe("Refused is", () => {
  test.each([
    [
      "an unverified address of the team",
      { email: "owner@acme.example", email_verified: false },
      "unverified",
    ],
    ["one of which it is not said", { email: "owner@acme.example" }, "unverified"],
    [
      "one said to be verified in words",
      { email: "owner@acme.example", email_verified: "yes" },
      "unverified",
    ],
    ["no address", { email_verified: true }, "unverified"],
    ["a text that is none", verified("owner"), "unverified"],
    ["an address that nobody knows", verified("nobody@acme.example"), "unknown"],
  ])("%s", async (what, claims, code) => {
    expect(await signInAs(plain, what.replaceAll(" ", "-"), claims)).toMatchObject({
      path: refusal(code),
      principal: null,
    });
  });

  test("whoever is given an address that another account signs in with, until that is unlinked", async () => {
    const email = "left@acme.example";
    const { id } = await createAdmin(plain.context(), { email, password: PASSWORD, role: "viewer" });
    const { principal } = await signInAs(plain, "left-1", verified(email));
    expect(await signInAs(plain, "left-2", verified(email))).toMatchObject({
      path: refusal("other_account"),
      principal: null,
    });
    await unlinkIdentity(plain.context(principal as AdminPrincipal), { issuer: provider.issuer });
    expect(await signInAs(plain, "left-2", verified(email))).toMatchObject({ principal: { id } });
  });

  test("somebody deactivated, by account and by address, which is on record", async () => {
    const email = "gone@acme.example";
    const { id } = await createAdmin(plain.context(), { email, password: PASSWORD, role: "viewer" });
    await signInAs(plain, "gone", verified(email));
    await deactivateAdmin(plain.context(), { id });
    for (const subject of ["gone", "gone-2"])
      expect(await signInAs(plain, subject, verified(email))).toMatchObject({
        path: refusal("deactivated"),
        principal: null,
      });
    await plain.runtime.background.settled();
    expect((await recorded(plain, email)).map(({ action }) => action)).toContain("admin.refuse_sign_in");
  });

  test("unlinking the only way in", async () => {
    await inviteAdmin(plain.context(), { email: "only@acme.example", role: "viewer" });
    const { principal } = await signInAs(plain, "only", verified("only@acme.example"));
    const own = plain.context(principal as AdminPrincipal);
    await expect(unlinkIdentity(own, { issuer: provider.issuer })).rejects.toMatchObject({
      code: "invalid_state",
    });
  });

  test("an invitation that has expired", async () => {
    await inviteAdmin(plain.context(), { email: "late@acme.example", role: "viewer" });
    plain.clock.advance(73 * 3_600);
    expect(await signInAs(plain, "late", verified("late@acme.example"))).toMatchObject({
      path: refusal("unknown"),
    });
  });
});

describe("The accounts of somebody else", () => {
  test("are unlinked by an owner, on record, with all of their sessions; the next with their address is linked", async () => {
    const email = "moved@acme.example";
    const { id } = await createAdmin(plain.context(), { email, password: PASSWORD, role: "viewer" });
    const { browser } = await signInAs(plain, "moved-1", verified(email));
    const token = browser.cookies(ORIGIN).get("next-auth.session-token");
    const [owner] = (await listAdmins(plain.context())).filter(({ role }) => role === "owner");
    const member = () => listAdmins(plain.context()).then((all) => all.find((one) => one.id === id));
    expect(await member()).toMatchObject({ providers: [provider.issuer] });
    const by = plain.context({ kind: "admin", ...(owner as NonNullable<typeof owner>) });
    expect(await unlinkIdentities(by, { id })).toMatchObject({ id, email });
    expect(await member()).toMatchObject({ providers: [], sessions: 0 });
    expect(await holderOf(plain, token)).toBeNull();
    expect(await recorded(plain, email)).toContainEqual({
      actor: owner?.email,
      action: "admin.unlink_identity",
      before: { provider: provider.issuer },
      after: null,
    });
    expect(await signInAs(plain, "moved-2", verified(email))).toMatchObject({ principal: { id } });
    expect(await signInAs(plain, "moved-1", verified(email))).toMatchObject({
      path: refusal("other_account"),
    });
  });

  test("are unlinked by nobody but an owner, and not one's own, which Profile has the way for", async () => {
    const [owner] = (await listAdmins(plain.context())).filter(({ role }) => role === "owner");
    const { id } = owner as NonNullable<typeof owner>;
    for (const role of ["admin", "operator", "viewer"] as const)
      await expect(unlinkIdentities(plain.context(adminOf(role)), { id })).rejects.toMatchObject({
        code: "permission_denied",
      });
    const own = plain.context({ kind: "admin", ...(owner as NonNullable<typeof owner>) });
    await expect(unlinkIdentities(own, { id })).rejects.toMatchObject({ code: "invalid_state" });
  });
});

describe("Where groups give roles", () => {
  test("each sign-in sets the role, which is on record and ends other sessions", async () => {
    const email = "ops@people.example";
    const first = await signInAs(mapped, "ops", verified(email, { groups: ["ops", "others"] }));
    expect(first.principal).toMatchObject({ environmentRoles: { staging: "operator" } });
    const second = await signInAs(mapped, "ops", verified(email, { groups: ["admins", "ops"] }));
    expect(second.principal).toMatchObject({ role: "admin", environmentRoles: null });
    const { path } = await finish(mapped, first.browser, new URL(`${ORIGIN}/keys`));
    expect(path).toBe("/keys");
    const token = first.browser.cookies(ORIGIN).get("next-auth.session-token");
    expect(await holderOf(mapped, token)).toBeNull();
    expect(await recorded(mapped, email)).toContainEqual({
      actor: "sign-in",
      action: "admin.change_role",
      before: { role: { staging: "operator" } },
      after: { role: "admin" },
    });
  });

  test("whoever is in none of them is refused, by an invitation too, and stays as they were", async () => {
    await inviteAdmin(mapped.context(), { email: "none@acme.example", role: "owner" });
    expect(await signInAs(mapped, "none", verified("none@acme.example", { groups: ["x"] }))).toMatchObject({
      path: refusal("no_group"),
      principal: null,
    });
    expect((await listInvitations(mapped.context())).map(({ email }) => email)).toContain(
      "none@acme.example",
    );
    await createAdmin(mapped.context(), { email: "was@acme.example", password: PASSWORD, role: "admin" });
    expect(await signInAs(mapped, "was", verified("was@acme.example"))).toMatchObject({
      path: refusal("no_group"),
    });
  });

  test("the last owner stays one, whatever their groups, and one of two does not", async () => {
    const owner = verified("owner@acme.example", { groups: ["ops"] });
    expect(await signInAs(mapped, "owner", owner)).toMatchObject({ principal: { role: "owner" } });
    expect(await signInAs(mapped, "owner", { ...owner, groups: [] })).toMatchObject({
      principal: { role: "owner" },
    });
    const other = await createAdmin(mapped.context(), {
      email: "other@acme.example",
      password: PASSWORD,
      role: "owner",
    });
    expect(await signInAs(mapped, "owner", owner)).toMatchObject({
      principal: { role: "viewer", environmentRoles: { staging: "operator" } },
    });
    expect(other.role).toBe("owner");
    const [own] = (await listAdmins(mapped.context())).filter(({ email }) => email === "owner@acme.example");
    if (own) await changeRole(mapped.context(), { id: own.id, role: "owner" });
  });
});
