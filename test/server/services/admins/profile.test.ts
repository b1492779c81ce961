import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeEach, describe, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import { isCommonPassword } from "@/server/core/common-passwords";
import {
  changeName,
  changePassword,
  changeTimeZone,
  completeSetUp,
  createAdmin,
  signIn,
} from "@/server/services/admins";
import { auditOf, everyRow, refusal, sqlOf } from "../support";

const fixture = suiteFixture();
const PASSWORD = "correct horse battery";
const NEXT = "another horse battery";
let ada: AdminView;
let number = 0;

beforeEach(async () => {
  number += 1;
  const email = `ada-${number}@acme.example`;
  ada = await createAdmin(fixture.context(), { email, password: PASSWORD, role: "viewer", name: "" });
});

const as = (admin: AdminView) => fixture.context({ kind: "admin", ...admin });
const enters = async (password: string) =>
  (await signIn(fixture.context(), { email: ada.email, password })) !== null;

describe("One's own password", () => {
  test("changes for whoever shows the present one, ends every session, and is on record without a trace of it", async () => {
    await enters(PASSWORD);
    const rows = await auditOf(fixture, () => changePassword(as(ada), { present: PASSWORD, next: NEXT }));
    expect(rows).toMatchObject([{ action: "admin.change_password", actor: ada.email, subjectId: ada.id }]);
    expect(await sqlOf(fixture)`select from sessions where admin_id = ${ada.id}`).toEqual([]);
    expect(await enters(PASSWORD)).toBe(false);
    expect(await enters(NEXT)).toBe(true);
    const everything = JSON.stringify(await everyRow(fixture)) + fixture.log();
    expect(everything).not.toContain(NEXT);
  });

  test.each([
    ["a wrong present one", { present: "wrong horse battery", next: NEXT }, "present"],
    ["none", { present: "", next: NEXT }, "present"],
    ["the same again", { present: PASSWORD, next: PASSWORD }, "next"],
    ["one of 11 characters", { present: PASSWORD, next: "elevencharc" }, "next"],
    ["one that is tried first", { present: PASSWORD, next: "Password12345" }, "next"],
  ])("is not changed with %s, and the refusal names the field", async (_, input, field) => {
    await expect((async () => changePassword(as(ada), input))()).rejects.toEqual(
      refusal("validation_failed", field),
    );
    expect(await enters(PASSWORD)).toBe(true);
  });

  test("is guessed no faster at an open console than at the sign-in", async () => {
    const guess = () => changePassword(as(ada), { present: "wrong horse battery", next: NEXT });
    for (let n = 0; n < 10; n++)
      await expect(guess()).rejects.toEqual(refusal("validation_failed", "present"));
    await expect(guess()).rejects.toEqual(refusal("rate_limited"));
  });

  test("that is guessed there stands on record as a failed sign-in does", async () => {
    const rows = await auditOf(fixture, async () => {
      await changePassword(as(ada), { present: "wrong horse battery", next: NEXT }).catch(() => undefined);
      await fixture.runtime.background.settled();
    });
    expect(rows).toMatchObject([
      { action: "admin.refuse_sign_in", subjectId: ada.id, after: { attempts: 1 } },
    ]);
  });

  test("under two changes at once takes one of them, and tells the other", async () => {
    const outcomes = await Promise.allSettled(
      ["first horse battery", "second horse battery"].map((next) =>
        changePassword(as(ada), { present: PASSWORD, next }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
      reason: refusal("conflict"),
    });
  });
});

describe("A password that is tried first", () => {
  test.each([
    "password1234",
    "PASSWORD1234",
    "Password12345!",
    "passwordpassword",
    "123456789012",
    "aaaaaaaaaaaa",
    "qwertyqwerty",
    "!!!dragon!!!",
  ])("%s", async (password) => expect(await isCommonPassword(password)).toBe(true));

  test.each([PASSWORD, NEXT, "m3hu-qa8z-lpe1", "der Hund frisst Sonntags", "密码应该很长才安全可靠"])(
    "is not %s",
    async (password) => expect(await isCommonPassword(password)).toBe(false),
  );

  test("is refused wherever an administrator is made", async () => {
    const input = { email: "new@acme.example", password: "passwordpassword" };
    await expect(createAdmin(fixture.context(), { ...input, role: "viewer" })).rejects.toEqual(
      refusal("validation_failed", "password"),
    );
    await expect(completeSetUp(fixture.context(), { ...input, token: "x" })).rejects.toEqual(
      refusal("not_found"),
    );
  });
});

describe("One's own name", () => {
  test("changes, and is on record with the one before", async () => {
    await changeName(as(ada), { name: "Ada" });
    const rows = await auditOf(fixture, async () => {
      await changeName(as(ada), { name: " Ada Lovelace " });
      await changeName(as(ada), { name: "Ada Lovelace" });
    });
    expect(rows).toMatchObject([
      { action: "admin.rename", before: { name: "Ada" }, after: { name: "Ada Lovelace" } },
    ]);
  });

  test("of somebody who is gone changes nothing", async () => {
    const before = await everyRow(fixture);
    await changeName(fixture.context(adminOf("viewer")), { name: "Nobody" });
    expect(await everyRow(fixture)).toEqual(before);
  });
});

describe("One's own time zone", () => {
  test("is UTC until another is chosen, which is on record with the one before", async () => {
    expect(ada.timeZone).toBe("UTC");
    const rows = await auditOf(fixture, async () => {
      await changeTimeZone(as(ada), { timeZone: "Europe/Berlin" });
      await changeTimeZone(as(ada), { timeZone: "Europe/Berlin" });
    });
    expect(rows).toMatchObject([
      {
        action: "admin.change_time_zone",
        before: { timeZone: "UTC" },
        after: { timeZone: "Europe/Berlin" },
      },
    ]);
  });

  test.each(["", "Europe/Nowhere", "+01:00", "x".repeat(65), "Berlin", "Europe/Berlin'; --"])(
    "is not %j",
    async (timeZone) => {
      await expect(changeTimeZone(as(ada), { timeZone })).rejects.toEqual(
        refusal("validation_failed", "timeZone"),
      );
    },
  );
});
