import { generateKeyPairSync } from "node:crypto";
import { type Deviations, SoftwareAuthenticator } from "@test/support/authenticator";
import { suiteFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { MAX_PASSKEYS, PASSKEY_REFUSALS, type PasskeyRefusal } from "@/contracts/passkeys";
import { createAdmin, getSecondFactor } from "@/server/services/admins";
import {
  askForPasskey,
  askVisitorForPasskey,
  listPasskeys,
  offerPasskey,
  purgePasskeyChallenges,
  registerPasskey,
  removePasskey,
  renamePasskey,
} from "@/server/services/passkeys";
import { auditOf, refusal, sqlOf } from "../support";
import { register, signedInAs } from "./support";

const fixture = suiteFixture();
let ada: AdminView;
let own: Awaited<ReturnType<typeof signedInAs>>;
let number = 0;

const newAdmin = () =>
  createAdmin(fixture.context(), {
    email: `passkeys-${++number}@acme.example`,
    password: "correct horse battery",
    role: "viewer",
    name: "Ada",
  });

beforeEach(async () => {
  fixture.clock.advance(2 * 3_600);
  ada = await newAdmin();
  own = await signedInAs(fixture, ada);
});

/** A refusal at the passkey, for this reason. */
const refusedFor = (why: PasskeyRefusal) =>
  expect.objectContaining({
    code: "validation_failed",
    extensions: { errors: [{ path: "passkey", message: PASSKEY_REFUSALS[why], code: why }] },
  });

describe("Registering a passkey", () => {
  test("keeps its public key under its name, is on record, is told to its owner, and gives recovery codes once", async () => {
    let registered: Awaited<ReturnType<typeof register>> | undefined;
    const rows = await auditOf(fixture, async () => {
      registered = await register(own);
    });
    const { passkey, codes } = registered ?? {};
    expect(rows).toMatchObject([
      { action: "passkey.register", actor: ada.email, subjectId: passkey?.id, subjectName: "Laptop" },
    ]);
    expect(codes).toHaveLength(10);
    expect(await getSecondFactor(own)).toEqual({ enabledAt: null, hasPasskey: true, codesLeft: 10 });
    expect(await listPasskeys(own)).toEqual([passkey]);
    expect(passkey).toEqual({
      id: expect.stringMatching(/^psk_/),
      name: "Laptop",
      createdAt: fixture.clock.now().toISOString(),
      lastUsedAt: null,
      isBackedUp: false,
    });
    const told = await sqlOf(fixture)`select kind, facts from notices where admin_id = ${ada.id}`;
    expect(told).toMatchObject([
      { kind: "passkey_changed", facts: { change: "registered", name: "Laptop" } },
    ]);
    expect((await register(own, { name: "Phone" })).codes).toEqual([]);
  });

  test("asks for one that needs no address to sign in, and for a PIN or the like; it names the person by an opaque id, and leaves out what is registered", async () => {
    await register(own);
    const { options, suggestedName } = await offerPasskey({
      ...own,
      userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    });
    expect(options).toMatchObject({
      rp: { id: "localhost", name: "Keyward" },
      user: { id: Buffer.from(ada.id).toString("base64url"), name: ada.email, displayName: "Ada" },
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
      timeout: 300_000,
    });
    expect(options.excludeCredentials).toHaveLength(1);
    expect(suggestedName).toBe("Firefox on Linux");
  });

  test.each<[string, Deviations, PasskeyRefusal]>([
    ["another site's page", { origin: "http://localhost.evil.example:3000" }, "other_address"],
    ["another port of the same host", { origin: "http://localhost:4000" }, "other_address"],
    ["a frame in another site's page", { isEmbedded: true }, "other_address"],
    ["another RP id", { rpId: "evil.example" }, "other_address"],
    ["an authenticator that checked nobody's PIN", { verifiesUser: false }, "no_verification"],
    ["another challenge", { challenge: "AAAA" }, "challenge"],
    ["an answer to a sign-in", { type: "webauthn.get" }, "forged"],
  ])("is refused from %s", async (_, deviations, why) => {
    await expect(register(own, deviations)).rejects.toEqual(refusedFor(why));
    expect(await listPasskeys(own)).toEqual([]);
    expect(await getSecondFactor(own)).toEqual({ enabledAt: null, hasPasskey: false, codesLeft: 0 });
  });

  test("takes each challenge once, also where it was refused, and also at the same moment", async () => {
    const { options } = await offerPasskey(own);
    const authenticator = new SoftwareAuthenticator();
    const wrong = { name: "x", registration: authenticator.create(options, { verifiesUser: false }) };
    await expect(registerPasskey(own, wrong)).rejects.toEqual(refusedFor("no_verification"));
    const right = { name: "x", registration: authenticator.create(options) };
    await expect(registerPasskey(own, right)).rejects.toEqual(refusedFor("challenge"));
    const { options: next } = await offerPasskey(own);
    const both = await Promise.allSettled(
      [1, 2].map((n) =>
        registerPasskey(own, { name: `${n}`, registration: new SoftwareAuthenticator().create(next) }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("takes a challenge of the same session alone, of this purpose, and no older than five minutes", async () => {
    const { options } = await offerPasskey(own);
    const input = { name: "x", registration: new SoftwareAuthenticator().create(options) };
    const elsewhere = await signedInAs(fixture, ada);
    await expect(registerPasskey(elsewhere, input)).rejects.toEqual(refusedFor("challenge"));
    const asked = await askForPasskey(elsewhere);
    const other = new SoftwareAuthenticator().create({ ...options, challenge: asked.challenge });
    await expect(registerPasskey(elsewhere, { name: "x", registration: other })).rejects.toEqual(
      refusedFor("challenge"),
    );
    fixture.clock.advance(5 * 60);
    await expect(registerPasskey(own, input)).rejects.toEqual(refusedFor("challenge"));
  });

  test("takes no passkey twice, also not one of somebody else's", async () => {
    const { authenticator } = await register(own);
    await expect(register(own, { authenticator })).rejects.toEqual(refusal("conflict"));
    const other = await signedInAs(fixture, await newAdmin());
    await expect(register(other, { authenticator })).rejects.toEqual(refusal("conflict"));
    expect(await listPasskeys(other)).toEqual([]);
  });

  test("takes so many of one person, and no more", async () => {
    for (let n = 0; n < MAX_PASSKEYS; n++) await register(own);
    await expect(register(own)).rejects.toEqual(refusal("invalid_state"));
  });

  test("takes a session that has confirmed lately who holds it, and one that is not is not offered any", async () => {
    const stale = {
      ...own,
      principal: { ...own.principal, confirmation: { isFresh: false, ways: ["password"] } },
    } as typeof own;
    await expect(offerPasskey(stale)).rejects.toEqual(refusal("confirmation_required"));
    const { options } = await offerPasskey(own);
    const input = { name: "x", registration: new SoftwareAuthenticator().create(options) };
    await expect(registerPasskey(stale, input)).rejects.toEqual(refusal("confirmation_required"));
    const { passkey } = await register(own);
    await expect(removePasskey(stale, { id: passkey.id })).rejects.toEqual(refusal("confirmation_required"));
  });

  test("keeps no passkey with a key that is none", async () => {
    const { options } = await offerPasskey(own);
    const registration = new SoftwareAuthenticator().create(options);
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const der = publicKey.export({ format: "der", type: "spki" }).toString("base64url");
    const forged = { ...registration, response: { ...registration.response, attestationObject: der } };
    await expect(registerPasskey(own, { name: "x", registration: forged })).rejects.toEqual(
      refusedFor("forged"),
    );
  });
});

describe("A passkey of one's own", () => {
  test("gets another name, on record with the former one", async () => {
    const { passkey } = await register(own);
    const rows = await auditOf(fixture, async () => {
      expect(await renamePasskey(own, { id: passkey.id, name: "Work laptop" })).toMatchObject({
        name: "Work laptop",
      });
      await renamePasskey(own, { id: passkey.id, name: "Work laptop" });
    });
    expect(rows).toMatchObject([
      { action: "passkey.rename", before: { name: "Laptop" }, after: { name: "Work laptop" } },
    ]);
  });

  test("is removed, on record and told; with the last the recovery codes go", async () => {
    const { passkey } = await register(own);
    const { passkey: second } = await register(own);
    await removePasskey(own, { id: second.id });
    expect(await getSecondFactor(own)).toMatchObject({ codesLeft: 10 });
    const rows = await auditOf(fixture, () => removePasskey(own, { id: passkey.id }));
    expect(rows).toMatchObject([{ action: "passkey.remove", subjectName: "Laptop" }]);
    expect(await getSecondFactor(own)).toEqual({ enabledAt: null, hasPasskey: false, codesLeft: 0 });
    const told = await sqlOf(
      fixture,
    )`select facts->>'change' as change from notices where admin_id = ${ada.id} and subject_id = ${passkey.id}`;
    expect(told.map(({ change }) => change).sort()).toEqual(["registered", "removed"]);
  });

  test("is nobody else's to see, to rename or to remove", async () => {
    const { passkey } = await register(own);
    const other = await signedInAs(fixture, await newAdmin());
    expect(await listPasskeys(other)).toEqual([]);
    await expect(renamePasskey(other, { id: passkey.id, name: "Mine" })).rejects.toEqual(
      refusal("not_found"),
    );
    await expect(removePasskey(other, { id: passkey.id })).rejects.toEqual(refusal("not_found"));
    expect((await askForPasskey(other)).allowCredentials).toEqual([]);
  });

  test("stays where nothing else would sign one in", async () => {
    const { passkey } = await register(own);
    await sqlOf(fixture)`update admins set has_password = false where id = ${ada.id}`;
    await expect(removePasskey(own, { id: passkey.id })).rejects.toEqual(refusal("invalid_state"));
    expect(await listPasskeys(own)).toHaveLength(1);
    await sqlOf(fixture)`
      insert into admin_identities (issuer, subject, admin_id, email, linked_at, last_sign_in_at)
      values ('https://idp.example', ${ada.id}, ${ada.id}, ${ada.email}, now(), now())`;
    await removePasskey(own, { id: passkey.id });
  });
});

describe("Challenges", () => {
  test("of the sign-in page name nobody's passkeys, and are made anew each time", async () => {
    await register(own);
    const [one, other] = [await askVisitorForPasskey(own), await askVisitorForPasskey(own)];
    expect(one.options.allowCredentials).toBeUndefined();
    expect(one.options.userVerification).toBe("required");
    expect(one.options.challenge).toMatch(/^[\w-]{43}$/);
    expect(other.options.challenge).not.toBe(one.options.challenge);
    expect(other.token).not.toBe(one.token);
    expect({ ...other.options, challenge: "" }).toEqual({ ...one.options, challenge: "" });
  });

  test("are given to one address 200 times an hour", async () => {
    const visitor = { ...own, ip: "203.0.113.77" };
    for (let n = 0; n < 200; n++) await askVisitorForPasskey(visitor);
    await expect(askVisitorForPasskey(visitor)).rejects.toEqual(refusal("rate_limited"));
    await askVisitorForPasskey({ ...own, ip: "203.0.113.78" });
  });

  test("leave no row behind once their time is over", async () => {
    fixture.clock.advance(300);
    while ((await purgePasskeyChallenges(fixture.context())) > 0);
    await offerPasskey(own);
    fixture.clock.advance(299);
    expect(await purgePasskeyChallenges(fixture.context())).toBe(0);
    fixture.clock.advance(1);
    expect(await purgePasskeyChallenges(fixture.context())).toBe(1);
  });
});
