import type { Deviations, SoftwareAuthenticator } from "@test/support/authenticator";
import { suiteFixture } from "@test/support/suite";
import { TOTP } from "otpauth";
import { beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import type { PasskeyRefusal } from "@/contracts/passkeys";
import {
  confirmIdentity,
  confirmSecondFactor,
  createAdmin,
  listAdmins,
  offerSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
  signIn,
  unlinkIdentity,
} from "@/server/services/admins";
import { askForPasskey } from "@/server/services/passkeys";
import { adminOfSession } from "@/server/services/sessions";
import { changeSignInSettings } from "@/server/services/settings";
import { auditOf, refusal, sqlOf } from "../support";
import { FOREIGN_KEY, REFUSALS, register, signedInAs, visitorsAnswer } from "./support";

const fixture = suiteFixture();
const PASSWORD = "correct horse battery";
let ada: AdminView;
let own: Awaited<ReturnType<typeof signedInAs>>;
let number = 0;

const newAdmin = (role: "viewer" | "owner" = "viewer") =>
  createAdmin(fixture.context(), {
    email: `second-${++number}@acme.example`,
    password: PASSWORD,
    role,
    name: "",
  });

beforeEach(async () => {
  fixture.clock.advance(2 * 3_600);
  ada = await newAdmin();
  own = await signedInAs(fixture, ada);
});

const visitor = () => ({
  ...fixture.context({ kind: "system", name: "sign-in" }),
  ip: "203.0.113.1",
});

/** Signs in with the password, and then with a passkey. */
async function enterWithPassword(authenticator: SoftwareAuthenticator, deviations: Deviations = {}) {
  const passkey = await visitorsAnswer(own, authenticator, deviations);
  return signIn(visitor(), { email: ada.email, password: PASSWORD, passkey });
}

describe("A passkey as the second factor", () => {
  test("is asked for after the password, and of whoever has the password alone", async () => {
    const { authenticator } = await register(own);
    const attempt = (password: string) => signIn(visitor(), { email: ada.email, password });
    expect(await attempt(PASSWORD)).toEqual({ ways: ["passkey"], refused: null });
    expect(await attempt("wrong horse battery")).toBeNull();
    await fixture.runtime.background.settled();
    const rows = await auditOf(fixture, async () => {
      expect(await enterWithPassword(authenticator)).toHaveProperty("token");
    });
    expect(rows).toMatchObject([{ action: "session.start", after: { secondFactor: "passkey" } }]);
  });

  test.each(REFUSALS)("refuses an answer %s", async (_, deviations, why) => {
    const { authenticator } = await register(own);
    expect(await enterWithPassword(authenticator, deviations)).toEqual({ ways: ["passkey"], refused: why });
  });

  test("has to be of the same person", async () => {
    await register(own);
    const { authenticator } = await register(await signedInAs(fixture, await newAdmin()));
    expect(await enterWithPassword(authenticator)).toEqual({ ways: ["passkey"], refused: "other_person" });
  });

  test("has recovery codes beside it, which work once each and go on working when an app comes and goes", async () => {
    const { codes } = await register(own);
    const attempt = (code: string | undefined) =>
      signIn(visitor(), { email: ada.email, password: PASSWORD, code });
    expect(await attempt(codes[0])).toHaveProperty("token");
    expect(await attempt(codes[0])).toEqual({ ways: ["passkey"], refused: "code" });
    const { key } = await offerSecondFactor(own);
    const shown = () => new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() });
    // Offered alone, an app asks for nothing, and its codes are worth nothing.
    expect(await attempt(shown())).toEqual({ ways: ["passkey"], refused: "code" });
    expect(await confirmSecondFactor(own, { code: shown() })).toEqual({ codes: [] });
    fixture.clock.advance(90);
    expect(await attempt(undefined)).toEqual({ ways: ["passkey", "app"], refused: null });
    expect(await attempt(shown())).toHaveProperty("token");
    await removeSecondFactor(own, { code: codes[1] ?? "" });
    expect(await attempt(undefined)).toEqual({ ways: ["passkey"], refused: null });
    expect(await attempt(codes[2])).toHaveProperty("token");
  });

  test("makes no new recovery codes beside an app", async () => {
    const { key } = await offerSecondFactor(own);
    const code = new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() });
    await confirmSecondFactor(own, { code });
    expect((await register(own)).codes).toEqual([]);
  });

  test("renews recovery codes in place of a code", async () => {
    const { authenticator, codes } = await register(own);
    const passkey = authenticator.get(await askForPasskey(own));
    const renewed = await renewRecoveryCodes(own, { passkey });
    expect(renewed.codes).toHaveLength(10);
    await expect(renewRecoveryCodes(own, { passkey })).rejects.toEqual(
      refusal("validation_failed", "passkey"),
    );
    await expect(renewRecoveryCodes(own, { code: codes[0] ?? "" })).rejects.toEqual(
      refusal("validation_failed", "code"),
    );
  });

  test("is enough where everybody has to have one, is shown on Team, and is taken away with the rest by an owner", async () => {
    const owner = await newAdmin("owner");
    await changeSignInSettings(fixture.context(), { secondFactorRequired: true });
    const session = async (token: string) => adminOfSession(visitor(), { kind: "token", token });
    const before = await signIn(visitor(), { email: ada.email, password: PASSWORD });
    const token = before && "token" in before ? before.token : "";
    expect(await session(token)).toMatchObject({ hasSecondFactor: false, lacksSecondFactor: true });
    await register(own, { name: "Key on the ring" });
    expect(await session(token)).toMatchObject({
      hasSecondFactor: true,
      lacksSecondFactor: false,
      confirmation: { ways: ["passkey", "password"] },
    });
    await changeSignInSettings(fixture.context(), { secondFactorRequired: false });
    const hasOne = async () =>
      (await listAdmins(fixture.context())).find(({ id }) => id === ada.id)?.hasSecondFactor;
    expect(await hasOne()).toBe(true);
    const rows = await auditOf(fixture, async () =>
      resetSecondFactor(await signedInAs(fixture, owner), { id: ada.id }),
    );
    expect(rows.at(-1)).toMatchObject({
      action: "second_factor.reset",
      before: { passkeys: ["Key on the ring"] },
    });
    expect(await hasOne()).toBe(false);
    expect(await session(token)).toBeNull();
    expect(await signIn(visitor(), { email: ada.email, password: PASSWORD })).toHaveProperty("token");
  });
});

describe("Confirming that it is oneself with a passkey", () => {
  test("makes the session fresh, and is on record", async () => {
    const { authenticator } = await register(own);
    const passkey = authenticator.get(await askForPasskey(own), { userHandle: null });
    const rows = await auditOf(fixture, () => confirmIdentity(own, { passkey }));
    expect(rows).toMatchObject([{ action: "session.confirm", actor: ada.email, after: { way: "passkey" } }]);
    await expect(confirmIdentity(own, { passkey })).rejects.toEqual(refusal("validation_failed", "passkey"));
  });

  test("takes no passkey of somebody else, no challenge of another session, and no visitor's", async () => {
    const { authenticator } = await register(own);
    const other = await signedInAs(fixture, await newAdmin());
    const foreign = await register(other);
    const refused = (why: PasskeyRefusal) =>
      expect.objectContaining({ extensions: { errors: [expect.objectContaining({ code: why })] } });
    const confirm = (passkey: ReturnType<SoftwareAuthenticator["get"]>) => confirmIdentity(own, { passkey });
    await expect(confirm(foreign.authenticator.get(await askForPasskey(own)))).rejects.toEqual(
      refused("other_person"),
    );
    await expect(confirm(authenticator.get(await askForPasskey(other)))).rejects.toEqual(
      refused("challenge"),
    );
    await expect(confirm((await visitorsAnswer(own, authenticator)).passkey)).rejects.toEqual(
      refused("challenge"),
    );
  });

  test("is held up like codes", async () => {
    const { authenticator } = await register(own);
    const confirm = async () =>
      confirmIdentity(own, {
        passkey: authenticator.get(await askForPasskey(own), { signsWith: FOREIGN_KEY }),
      });
    for (let n = 0; n < 5; n++)
      await expect(confirm()).rejects.toEqual(refusal("validation_failed", "passkey"));
    await expect(confirm()).rejects.toEqual(refusal("rate_limited"));
  });
});

test("Whoever signs in with a passkey may unlink the only account at a provider", async () => {
  await register(own);
  await sqlOf(fixture)`update admins set has_password = false where id = ${ada.id}`;
  await sqlOf(fixture)`
    insert into admin_identities (issuer, subject, admin_id, email, linked_at, last_sign_in_at)
    values ('https://idp.example', ${ada.id}, ${ada.id}, ${ada.email}, now(), now())`;
  expect(await unlinkIdentity(own, { issuer: "https://idp.example" })).toEqual({ unlinked: true });
});
