import { generateKeyPairSync } from "node:crypto";
import { type Deviations, SoftwareAuthenticator } from "@test/support/authenticator";
import { suiteFixture } from "@test/support/suite";
import { TOTP } from "otpauth";
import { beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import type { PasskeyRefusal } from "@/contracts/passkeys";
import {
  confirmIdentity,
  confirmSecondFactor,
  createAdmin,
  deactivateAdmin,
  listAdmins,
  offerSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
  signIn,
  signInByPasskey,
  unlinkIdentity,
} from "@/server/services/admins";
import { askForPasskey, askVisitorForPasskey, removePasskey } from "@/server/services/passkeys";
import { adminOfSession } from "@/server/services/sessions";
import { changeSignInSettings } from "@/server/services/settings";
import { auditOf, refusal, sqlOf } from "../support";
import { register, signedInAs, visitorsAnswer } from "./support";

const fixture = suiteFixture();
const PASSWORD = "correct horse battery";
let ada: AdminView;
let own: Awaited<ReturnType<typeof signedInAs>>;
let number = 0;

const newAdmin = (role: "viewer" | "owner" = "viewer") =>
  createAdmin(fixture.context(), {
    email: `keyless-${++number}@acme.example`,
    password: PASSWORD,
    role,
    name: "",
  });

beforeEach(async () => {
  fixture.clock.advance(2 * 3_600);
  ada = await newAdmin();
  own = await signedInAs(fixture, ada);
});

const visitor = (ip = "203.0.113.1") => ({ ...fixture.context({ kind: "system", name: "sign-in" }), ip });

/** Signs in with a passkey alone. */
async function enter(authenticator: SoftwareAuthenticator, deviations: Deviations = {}) {
  const answer = await signInByPasskey(visitor(), await visitorsAnswer(own, authenticator, deviations));
  return "refused" in answer ? answer.refused : answer;
}

/** Signs in with the password, and then with a passkey. */
async function enterWithPassword(authenticator: SoftwareAuthenticator, deviations: Deviations = {}) {
  const passkey = await visitorsAnswer(own, authenticator, deviations);
  return signIn(visitor(), { email: ada.email, password: PASSWORD, passkey });
}

const { privateKey: FOREIGN_KEY } = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** What is wrong with an answer, and what is said to it, wherever it is given. */
const REFUSALS: [string, Deviations, PasskeyRefusal][] = [
  [
    "given to a page that imitates the console",
    { origin: "https://localhost.evil.example" },
    "other_address",
  ],
  ["given within another site's page", { isEmbedded: true }, "other_address"],
  ["for another RP id", { rpId: "evil.example" }, "other_address"],
  ["to another challenge", { challenge: "AAAA" }, "challenge"],
  ["without a PIN or the like", { verifiesUser: false }, "no_verification"],
  ["with a forged signature", { signsWith: FOREIGN_KEY }, "forged"],
  ["that was made for a registration", { type: "webauthn.create" }, "forged"],
];

describe("Signing in with a passkey alone", () => {
  test("takes no code after it, starts a session, and is on record with the passkey's name and its last use", async () => {
    const { authenticator } = await register(own, { name: "Phone" });
    const rows = await auditOf(fixture, async () => {
      expect(await enter(authenticator)).toEqual({ id: ada.id, token: expect.stringMatching(/^[\w-]{43}$/) });
    });
    expect(rows).toMatchObject([{ action: "session.start", actor: ada.email, after: { passkey: "Phone" } }]);
    const [row] = await sqlOf(
      fixture,
    )`select to_json(last_used_at) as at from passkeys where admin_id = ${ada.id}`;
    expect(new Date(row?.at)).toEqual(fixture.clock.now());
  });

  test.each(REFUSALS)("refuses an answer %s", async (_, deviations, why) => {
    const { authenticator } = await register(own);
    expect(await enter(authenticator, deviations)).toBe(why);
  });

  test("refuses one that says that it is another's, or does not say whose", async () => {
    const { authenticator } = await register(own);
    expect(await enter(authenticator, { userHandle: (await newAdmin()).id })).toBe("forged");
    expect(await enter(authenticator, { userHandle: null })).toBe("forged");
  });

  test("refuses a passkey that is not known, or was removed", async () => {
    const { authenticator, passkey } = await register(own);
    await removePasskey(own, { id: passkey.id });
    expect(await enter(authenticator)).toBe("unknown");
  });

  test("refuses a deactivated person, and says so to whoever holds their passkey alone", async () => {
    const { authenticator } = await register(own);
    await deactivateAdmin(fixture.context(), { id: ada.id });
    expect(await enter(authenticator)).toBe("deactivated");
    expect(await enter(authenticator, { signsWith: FOREIGN_KEY })).toBe("forged");
  });

  test("takes each challenge once, also where the first answer was refused", async () => {
    const { authenticator } = await register(own);
    const { options, token: challengeToken } = await askVisitorForPasskey(own);
    const answer = (deviations: Deviations) =>
      signInByPasskey(visitor(), { passkey: authenticator.get(options, deviations), challengeToken });
    expect(await answer({ verifiesUser: false })).toEqual({ refused: "no_verification" });
    expect(await answer({})).toEqual({ refused: "challenge" });
  });

  test("of two who bring the same answer at the same moment lets one in", async () => {
    const { authenticator } = await register(own);
    const input = await visitorsAnswer(own, authenticator);
    const ends = await Promise.all([signInByPasskey(visitor(), input), signInByPasskey(visitor(), input)]);
    expect(ends.filter((end) => "token" in end)).toHaveLength(1);
    expect(ends).toContainEqual({ refused: "challenge" });
  });

  test("takes no answer from another browser than the one that asked, nor after five minutes", async () => {
    const { authenticator } = await register(own);
    const { passkey } = await visitorsAnswer(own, authenticator);
    const { token } = await askVisitorForPasskey(own);
    expect(await signInByPasskey(visitor(), { passkey, challengeToken: token })).toEqual({
      refused: "challenge",
    });
    const late = await visitorsAnswer(own, authenticator);
    fixture.clock.advance(5 * 60);
    expect(await signInByPasskey(visitor(), late)).toEqual({ refused: "challenge" });
  });

  test("takes no answer to a challenge of a session", async () => {
    const { authenticator } = await register(own);
    const passkey = authenticator.get(await askForPasskey(own));
    const challengeToken = own.principal.kind === "admin" ? (own.principal.sessionId ?? "") : "";
    expect(await signInByPasskey(visitor(), { passkey, challengeToken })).toEqual({ refused: "challenge" });
  });

  test("refuses a counter that has not grown, which tells of a copy, and takes one that stays at nothing", async () => {
    const counting = await register(own, {
      authenticator: new SoftwareAuthenticator(undefined, { counts: true }),
    });
    expect(await enter(counting.authenticator)).toHaveProperty("token");
    expect(await enter(counting.authenticator, { counter: 1 })).toBe("counter");
    expect(await enter(counting.authenticator, { counter: 0 })).toBe("counter");
    expect(fixture.log()).toContain("A passkey may have been copied");
    expect(await enter(counting.authenticator)).toHaveProperty("token");
    const synced = await register(own, {
      authenticator: new SoftwareAuthenticator(undefined, { isSynced: true }),
    });
    expect(synced.passkey.isBackedUp).toBe(true);
    expect(await enter(synced.authenticator)).toHaveProperty("token");
    expect(await enter(synced.authenticator)).toHaveProperty("token");
  });

  test("of an authenticator and its copy, at the same moment with the same counter, lets one in", async () => {
    const { authenticator } = await register(own, {
      authenticator: new SoftwareAuthenticator(undefined, { counts: true }),
    });
    const inputs = [
      await visitorsAnswer(own, authenticator, { counter: 7 }),
      await visitorsAnswer(own, authenticator, { counter: 7 }),
    ];
    const ends = await Promise.all(inputs.map((input) => signInByPasskey(visitor(), input)));
    expect(ends.filter((end) => "token" in end)).toHaveLength(1);
    expect(ends).toContainEqual({ refused: "counter" });
  });

  test("puts what was refused on record, and slows down whoever goes on, by passkey and address", async () => {
    const { authenticator } = await register(own);
    const rows = await auditOf(fixture, async () => {
      for (let n = 0; n < 10; n++)
        expect(await enter(authenticator, { signsWith: FOREIGN_KEY })).toBe("forged");
      await fixture.runtime.background.settled();
    });
    expect(rows[0]).toMatchObject({ action: "admin.refuse_sign_in", actor: "sign-in", subjectId: ada.id });
    await expect(enter(authenticator)).rejects.toEqual(refusal("rate_limited"));
    const input = await visitorsAnswer(own, authenticator);
    expect(await signInByPasskey(visitor("203.0.113.2"), input)).toHaveProperty("token");
  });
});

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
