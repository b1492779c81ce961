import { adminOf } from "@test/support/fixture";
import { PEPPER } from "@test/support/secrets";
import { suiteFixture } from "@test/support/suite";
import { TOTP } from "otpauth";
import { beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { isAppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { withTransaction } from "@/server/database/session";
import {
  confirmSecondFactor,
  createAdmin,
  getSecondFactor,
  offerSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
  signIn,
} from "@/server/services/admins";
import { startSession } from "@/server/services/sessions";
import { auditOf, everyRow, refusal, sqlOf } from "../support";

const fixture = suiteFixture();
const PASSWORD = "correct horse battery";
let ada: AdminView;
let number = 0;

beforeEach(async () => {
  fixture.clock.advance(2 * 3_600);
  number += 1;
  const email = `ada-${number}@acme.example`;
  ada = await createAdmin(fixture.context(), { email, password: PASSWORD, role: "viewer", name: "" });
});

const as = (admin = ada) => fixture.context({ kind: "admin", ...admin });

/** What the app shows so many seconds from now. */
const shown = (key: string, seconds = 0) =>
  new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() + seconds * 1_000 });

/** Switches it on, and lets the code that did it pass. */
async function enable(admin = ada) {
  const { key, uri } = await offerSecondFactor(as(admin));
  const { codes } = await confirmSecondFactor(as(admin), { code: shown(key) });
  fixture.clock.advance(90);
  return { key, uri, codes };
}

async function attempt(code?: string, keyMaterial = fixture.runtime.keyMaterial, password = PASSWORD) {
  try {
    const ctx = { ...fixture.context({ kind: "system", name: "sign-in" }), ip: "203.0.113.1", keyMaterial };
    const answer = await signIn(ctx, { email: ada.email, password, code });
    if (!answer) return "no";
    return "ways" in answer ? (answer.refused ? "wrong code" : "code asked") : "in";
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
}

describe("A second factor", () => {
  test("asks for nothing until a code has confirmed that the app has the secret", async () => {
    const { uri, key } = await offerSecondFactor(as());
    expect(uri).toContain(`secret=${key}`);
    expect(uri).toMatch(/^otpauth:\/\/totp\/Keyward:/);
    expect(await attempt()).toBe("in");
    await expect(confirmSecondFactor(as(), { code: "000000" })).rejects.toEqual(
      refusal("validation_failed", "code"),
    );
    expect(await getSecondFactor(as())).toEqual({ enabledAt: null, hasPasskey: false, codesLeft: 0 });
    const rows = await auditOf(fixture, () => confirmSecondFactor(as(), { code: shown(key) }));
    expect(rows).toMatchObject([{ action: "second_factor.enable", actor: ada.email }]);
    expect(await getSecondFactor(as())).toMatchObject({ codesLeft: 10 });
    expect(await attempt()).toBe("code asked");
    await expect(offerSecondFactor(as())).rejects.toEqual(refusal("invalid_state"));
  });

  test("is told of only to whoever has the password", async () => {
    const { key } = await enable();
    for (const code of [undefined, "000000", shown(key)])
      expect(await attempt(code, undefined, "wrong horse battery")).toBe("no");
  });

  test("takes the code of now and one step to either side, each once, and none from before the last", async () => {
    const { key } = await enable();
    expect(await attempt(shown(key, -60))).toBe("wrong code");
    expect(await attempt(shown(key, 60))).toBe("wrong code");
    const rows = await auditOf(fixture, async () => {
      expect(await attempt(shown(key))).toBe("in");
    });
    expect(rows.at(-1)).toMatchObject({ action: "session.start", after: { secondFactor: "app" } });
    expect(await attempt(shown(key))).toBe("wrong code");
    fixture.clock.advance(60);
    expect(await attempt(shown(key, 30))).toBe("in");
    expect(await attempt(shown(key))).toBe("wrong code");
    fixture.clock.advance(90);
    expect(await attempt(shown(key, -30))).toBe("in");
  });

  test("takes one code once, also under attempts at the same time", async () => {
    const { key, codes } = await enable();
    for (const code of [shown(key), codes[0]]) {
      fixture.clock.advance(0);
      const outcomes = await Promise.all([attempt(code), attempt(code)]);
      expect(outcomes.sort()).toEqual(["in", "wrong code"]);
    }
  });

  test("takes no code of another's", async () => {
    const { key, codes } = await enable();
    const other = await createAdmin(fixture.context(), {
      email: `other-${number}@acme.example`,
      password: PASSWORD,
      role: "viewer",
    });
    ada = other;
    await enable();
    expect(await attempt(shown(key))).toBe("wrong code");
    expect(await attempt(codes[0])).toBe("wrong code");
  });

  test("takes each recovery code once, typed in any way, and none that was replaced", async () => {
    const { codes, key } = await enable();
    const [first = "", second = ""] = codes;
    expect(await attempt(` ${first.toUpperCase().replaceAll("-", " ")} `)).toBe("in");
    expect(await attempt(first)).toBe("wrong code");
    expect(await getSecondFactor(as())).toMatchObject({ codesLeft: 9 });
    const renewed = await renewRecoveryCodes(as(), { code: shown(key) });
    expect(await attempt(second)).toBe("wrong code");
    expect(await attempt(renewed.codes[9])).toBe("in");
  });

  test("holds up whoever guesses codes with the right password, from whatever address", async () => {
    const { key } = await enable();
    for (let n = 0; n < 5; n++) expect(await attempt("000000")).toBe("wrong code");
    expect(await attempt(shown(key))).toBe("rate_limited");
    fixture.clock.advance(120);
    expect(await attempt(shown(key))).toBe("in");
  });

  test("is switched off with a code of it, and not without", async () => {
    const { codes } = await enable();
    const remove = (code: string) => removeSecondFactor(as(), { code });
    await expect(remove("000000")).rejects.toEqual(refusal("validation_failed", "code"));
    const rows = await auditOf(fixture, () => remove(codes[3] ?? ""));
    expect(rows).toMatchObject([{ action: "second_factor.remove", actor: ada.email }]);
    expect(await attempt()).toBe("in");
  });
});

describe("A second factor that is lost", () => {
  test("is taken away by an owner, on record, with all sessions of whose it was; by no one else", async () => {
    await enable();
    const owner = fixture.context({ ...adminOf("owner"), id: newId("adm") });
    for (const role of ["admin", "operator", "viewer"] as const)
      await expect(resetSecondFactor(fixture.context(adminOf(role)), { id: ada.id })).rejects.toEqual(
        refusal("permission_denied"),
      );
    const boss = await createAdmin(fixture.context(), {
      email: `boss-${number}@acme.example`,
      password: PASSWORD,
      role: "owner",
    });
    await withTransaction(fixture.context(), (ctx) => startSession(ctx, ada.id));
    const rows = await auditOf(fixture, () => resetSecondFactor(as(boss), { id: ada.id }));
    expect(rows).toMatchObject([
      { action: "second_factor.reset", actor: boss.email, subjectId: ada.id, subjectName: ada.email },
    ]);
    expect(await sqlOf(fixture)`select id from sessions where admin_id = ${ada.id}`).toEqual([]);
    expect(await attempt()).toBe("in");
    // Somebody who was no owner any more when the lock was had.
    await expect(resetSecondFactor(owner, { id: ada.id })).rejects.toEqual(refusal("key_missing"));
  });

  test("is not taken away from oneself, at a console that was left open", async () => {
    await sqlOf(fixture)`update admins set role = 'owner' where id = ${ada.id}`;
    const { codes } = await enable();
    const own = as({ ...ada, role: "owner" });
    await expect(resetSecondFactor(own, { id: ada.id })).rejects.toEqual(refusal("invalid_state"));
    expect(await attempt()).toBe("code asked");
    expect(await attempt(codes[0])).toBe("in");
  });
});

describe("In the database", () => {
  test("nothing lies open of the secret, nor a recovery code", async () => {
    const { key, codes } = await enable();
    const everything = JSON.stringify(await everyRow(fixture)) + fixture.log();
    for (const secret of [key, ...codes, ...codes.map((code) => code.replaceAll("-", ""))])
      expect(everything).not.toContain(secret);
    const [row] = await sqlOf(
      fixture,
    )`select sealed_secret as sealed from second_factors where admin_id = ${ada.id}`;
    expect(row?.sealed.length).toBe(12 + 20 + 16);
  });

  test("a secret that is put into another's row opens nothing", async () => {
    const { key } = await enable();
    const mine = ada;
    ada = await createAdmin(fixture.context(), {
      email: `victim-${number}@acme.example`,
      password: PASSWORD,
      role: "owner",
    });
    await enable();
    await sqlOf(fixture)`update second_factors set sealed_secret =
      (select sealed_secret from second_factors where admin_id = ${mine.id}) where admin_id = ${ada.id}`;
    expect(await attempt(shown(key))).toBe("wrong code");
  });

  test("a secret moves to the present pepper when it is used; under a foreign one recovery codes still work", async () => {
    const { key, codes } = await enable();
    const of = (pepper: string, previousPepper?: string) => ({
      ...fixture.runtime.keyMaterial,
      pepper,
      previousPepper,
    });
    expect(await attempt(shown(key), of("another pepper"))).toBe("wrong code");
    expect(await attempt(shown(key), of("the next pepper", PEPPER))).toBe("in");
    fixture.clock.advance(90);
    expect(await attempt(shown(key), of("the next pepper"))).toBe("in");
    fixture.clock.advance(90);
    expect(await attempt(shown(key), of("another pepper"))).toBe("wrong code");
    expect(await attempt(codes[0], of("another pepper"))).toBe("in");
  });
});
