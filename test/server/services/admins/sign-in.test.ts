import { suiteFixture } from "@test/support/suite";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { signInSchema } from "@/contracts/schemas/admins";
import { isAppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { createAdmin, signIn } from "@/server/services/admins";
import { auditOf, everyRow, sqlOf } from "../support";

const fixture = suiteFixture();
let owner: AdminView;

const EMAIL = "owner@acme.example";
const PASSWORD = "correct horse battery";
const WRONG = "wrong horse battery";

beforeAll(async () => {
  owner = await createAdmin(fixture.context(), { email: EMAIL, password: PASSWORD, role: "owner", name: "" });
});

// No test meets the counters of the one before it.
beforeEach(() => fixture.clock.advance(2 * 3_600));

/** What an attempt comes to. The schema first, as at the gateway. */
async function attempt(
  given: { email?: string; password?: string; ip?: string | null } = {},
): Promise<string> {
  const { email = EMAIL, password = PASSWORD, ip = "203.0.113.1" } = given;
  try {
    const signedIn = await signIn(
      { ...fixture.context({ kind: "system", name: "sign-in" }), ip },
      parse(signInSchema, { email, password }),
    );
    return signedIn ? "in" : "no";
  } catch (error) {
    return isAppError(error) && error.code === "rate_limited"
      ? `wait ${error.extensions.retryAfter}`
      : String(error);
  }
}

async function attempts(count: number, given: Parameters<typeof attempt>[0] = {}): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => attempt(given)));
}

describe("Signing in", () => {
  test("takes the right password, and the e-mail address in any case and with blanks around it", async () => {
    const signedIn = await signIn(fixture.context(), { email: EMAIL, password: PASSWORD });
    expect(signedIn).toEqual({ id: owner.id, token: expect.stringMatching(/^[\w-]{43}$/) });
    expect(await attempt({ email: ` ${EMAIL.toUpperCase()} ` })).toBe("in");
  });

  test("is noted with its time; a failure is not", async () => {
    const lastSignIn = async () => {
      const [row] = await sqlOf(
        fixture,
      )`select last_sign_in_at::text as at from admins where id = ${owner.id}`;
      return row?.at;
    };
    await attempt();
    const noted = await lastSignIn();
    expect(new Date(noted)).toEqual(fixture.clock.now());
    fixture.clock.advance(1);
    await attempt({ password: WRONG });
    expect(await lastSignIn()).toBe(noted);
  });

  test("says no alike to a wrong password, an unknown address and a deactivated administrator", async () => {
    const email = "former@acme.example";
    const former = await createAdmin(fixture.context(), {
      email,
      password: PASSWORD,
      role: "owner",
      name: "",
    });
    await sqlOf(fixture)`update admins set deactivated_at = now() where id = ${former.id}`;
    expect(await attempt({ password: WRONG })).toBe("no");
    expect(await attempt({ email: "nobody@acme.example" })).toBe("no");
    expect(await attempt({ email })).toBe("no");
  });

  test.each([
    ["SQL", "' or true --"],
    ["a pattern", "%@acme.example"],
    ["a NUL", `own\u0000er@acme.example`],
    ["half a surrogate pair", "own\ud800er@acme.example"],
    ["text that is no address", "owner"],
  ])("with %s for an address is a no or a wrong field, never a fault", async (_, email) => {
    expect(await attempt({ email })).toMatch(/^(no$|AppError: validation_failed)/);
  });

  test("is on record as the administrator's, with browser and address", async () => {
    const rows = await auditOf(fixture, () => attempt());
    expect(rows).toMatchObject([
      { action: "session.start", actor: EMAIL, actorId: owner.id, ip: "203.0.113.1", after: {} },
    ]);
  });

  test("that fails is on record for a known account, once a minute with how many there were, and for no other", async () => {
    await attempt();
    const failures = () => sqlOf(fixture)`select unrecorded_failures as n from admins where id = ${owner.id}`;
    const rows = await auditOf(fixture, async () => {
      const failed = async (given: Parameters<typeof attempt>[0]) => {
        await attempt(given);
        await fixture.runtime.background.settled();
      };
      await failed({ email: "nobody@acme.example" });
      for (let n = 0; n <= 3; n++) {
        await failed({ password: WRONG });
        expect(await failures()).toEqual([{ n }]);
      }
      fixture.clock.advance(60);
      await failed({ password: WRONG });
      await failed({ password: WRONG });
      expect(await failures()).toEqual([{ n: 1 }]);
      await attempt();
    });
    expect(rows).toMatchObject([
      { action: "admin.refuse_sign_in", actor: "sign-in", subjectId: owner.id, after: { attempts: 1 } },
      { action: "admin.refuse_sign_in", subjectName: EMAIL, after: { attempts: 4 } },
      { action: "session.start", after: { refusedBefore: 1 } },
    ]);
    expect(await failures()).toEqual([{ n: 0 }]);
  });

  test("leaves no password behind, right or wrong", async () => {
    await attempt();
    await attempt({ password: WRONG });
    const everything = JSON.stringify(await everyRow(fixture)) + fixture.log();
    expect(everything).not.toContain(PASSWORD);
    expect(everything).not.toContain(WRONG);
  });
});

describe("Guessing", () => {
  test("is held up after ten attempts a minute on one account from one address, also with the right password", async () => {
    for (let n = 0; n < 10; n++) expect(await attempt({ password: WRONG })).toBe("no");
    expect(await attempt()).toMatch(/^wait \d+$/);
  });

  test("at the same time gets no further: of a hundred attempts, ten are looked at", async () => {
    const outcomes = await attempts(100, { password: WRONG });
    expect(outcomes.filter((outcome) => outcome === "no")).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome.startsWith("wait"))).toHaveLength(90);
  });

  test("may go on after as many seconds as the refusal says, and not a second before", async () => {
    await attempts(10, { password: WRONG });
    const wait = Number((await attempt()).split(" ")[1]);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    fixture.clock.advance(wait - 1);
    expect(await attempt()).toMatch(/^wait/);
    fixture.clock.advance(1);
    expect(await attempt()).toBe("in");
  });

  test("is held up for longer after sixty attempts an hour", async () => {
    for (let minute = 0; minute < 6; minute++) {
      expect(await attempts(10, { password: WRONG })).toEqual(Array(10).fill("no"));
      fixture.clock.advance(120);
    }
    const outcome = await attempt();
    expect(outcome).toMatch(/^wait/);
    expect(Number(outcome.split(" ")[1])).toBeGreaterThan(60);
  });

  test("is counted by account, however the address is written", async () => {
    const spellings = [EMAIL, EMAIL.toUpperCase(), ` ${EMAIL}`, "Owner@Acme.Example", `${EMAIL}\t`];
    for (const email of [...spellings, ...spellings])
      expect(await attempt({ email, password: WRONG })).toBe("no");
    expect(await attempt()).toMatch(/^wait/);
  });

  test("holds up neither the same account from elsewhere nor another account from there", async () => {
    await attempts(11, { password: WRONG });
    expect(await attempt()).toMatch(/^wait/);
    expect(await attempt({ ip: "203.0.113.2" })).toBe("in");
    expect(await attempt({ email: "nobody@acme.example" })).toBe("no");
  });

  test("from one IPv6 network is one guesser, and so is everybody without an address", async () => {
    for (let n = 0; n < 10; n++)
      expect(await attempt({ password: WRONG, ip: `2001:db8:1:2::${n}` })).toBe("no");
    expect(await attempt({ ip: "2001:db8:1:2:ffff::1" })).toMatch(/^wait/);
    expect(await attempt({ ip: "2001:db8:1:3::1" })).toBe("in");
    for (const ip of [null, "", "unknown", "a", "b", null, "c", "d", "e", "f"]) {
      expect(await attempt({ password: WRONG, ip })).toBe("no");
    }
    expect(await attempt({ ip: "g" })).toMatch(/^wait/);
  });

  test("one password on many accounts is held up after two hundred attempts an hour from one address", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 210 }, (_, n) =>
        attempt({ email: `somebody-${n}@acme.example`, password: WRONG }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "no")).toHaveLength(200);
    expect(await attempt()).toMatch(/^wait/);
    expect(await attempt({ ip: "203.0.113.2" })).toBe("in");
  });
});
