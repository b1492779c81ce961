import { suiteFixture } from "@test/support/suite";
import { TOTP } from "otpauth";
import { beforeEach, expect, test } from "vitest";
import type { AdminView } from "@/contracts/admins";
import {
  confirmSecondFactor,
  createAdmin,
  offerSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
  signIn,
} from "@/server/services/admins";
import { listNotices } from "@/server/services/notices";
import { refusal } from "../support";

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

const own = () => fixture.context({ kind: "admin", ...ada });

async function enable(): Promise<string[]> {
  const { key } = await offerSecondFactor(own());
  const code = new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() });
  const { codes } = await confirmSecondFactor(own(), { code });
  fixture.clock.advance(90);
  return codes;
}

/** What Ada was told, the newest first. */
async function told(): Promise<string[]> {
  return (await listNotices(own(), {})).data.map(({ title }) => title);
}

const attempt = (code: string) =>
  signIn(fixture.context({ kind: "system", name: "sign-in" }), {
    email: ada.email,
    password: PASSWORD,
    code,
  });

test("Whoever's app is switched on or off, codes renewed, or factor taken away is told", async () => {
  const [first = "", second = ""] = await enable();
  expect(await told()).toEqual(["Codes of an app were switched on"]);
  const { codes } = await renewRecoveryCodes(own(), { code: first });
  await expect(removeSecondFactor(own(), { code: second })).rejects.toEqual(
    refusal("validation_failed", "code"),
  );
  fixture.clock.advance(1);
  await removeSecondFactor(own(), { code: codes[0] ?? "" });
  await enable();
  await resetSecondFactor(fixture.context(), { id: ada.id });
  expect(await told()).toEqual([
    "Your second factor was taken away",
    "Codes of an app were switched on",
    "Codes of an app were switched off",
    "A recovery code was used",
    "New recovery codes were made",
    "A recovery code was used",
    "Codes of an app were switched on",
  ]);
});

test("A recovery code that was used is told of, with how many are left", async () => {
  const [code = ""] = await enable();
  expect(await attempt(code)).toMatchObject({ token: expect.any(String) });
  const { data } = await listNotices(own(), {});
  const [notice] = data.filter(({ title }) => title === "A recovery code was used");
  expect(notice?.text).toContain("9 codes are left.");
});

test("Guesses at a second factor that was reset count for nothing against the next one", async () => {
  await enable();
  for (let guess = 0; guess < 5; guess++) await attempt("000000");
  await expect(attempt("000000")).rejects.toMatchObject({ code: "rate_limited" });
  await resetSecondFactor(fixture.context(), { id: ada.id });
  fixture.clock.advance(1);
  const [code = ""] = await enable();
  expect(await attempt(code)).toMatchObject({ token: expect.any(String) });
});
