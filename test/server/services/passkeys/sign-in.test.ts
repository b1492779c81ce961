import { type Deviations, SoftwareAuthenticator } from "@test/support/authenticator";
import { suiteFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { createAdmin, deactivateAdmin, signInByPasskey } from "@/server/services/admins";
import { askForPasskey, askVisitorForPasskey, removePasskey } from "@/server/services/passkeys";
import { auditOf, refusal, sqlOf } from "../support";
import { FOREIGN_KEY, REFUSALS, register, signedInAs, visitorsAnswer } from "./support";

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
