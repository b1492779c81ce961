import { suiteFixture } from "@test/support/suite";
import { TOTP } from "otpauth";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FRESH_FACTOR_MS } from "@/contracts/confirmation";
import { confirmSecondFactor, offerSecondFactor } from "@/server/services/admins";
import { createKey, deleteKey, regenerateKey, revokeKey } from "@/server/services/keys";
import { auditOf, everyRow, sqlOf } from "../services/support";
import { type Procedure, proceduresOf } from "./procedures";
import { call, PASSWORD, type SignedInAdmin, signedIn } from "./support";

/** With mail, which some procedures need: it waits to be sent. */
const fixture = suiteFixture({ SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "keys@acme.example" });
const PROCEDURES = proceduresOf(fixture);
const MUTATIONS = Object.entries(PROCEDURES).flatMap(([name, row]) =>
  row.type === "mutation" ? [[name, row.confirms, row] as const] : [],
);
const LATELY = FRESH_FACTOR_MS - 1;
const TOO_LONG_AGO = FRESH_FACTOR_MS;

let ada: SignedInAdmin;
let number = 0;

/** Lets somebody have signed in so long ago. */
async function signedInBefore({ id }: { id: string }, ms: number): Promise<void> {
  const at = new Date(fixture.clock.now().getTime() - ms).toISOString();
  await sqlOf(
    fixture,
  )`update sessions set created_at = ${at}::timestamptz, verified_at = null where admin_id = ${id}`;
}

const ask = (name: string, input: unknown, cookie = ada.cookie) =>
  call(fixture, "mutation", name, input, { cookie });
const refused = (ways: string[] = ["password"]) => ({
  status: 403,
  error: {
    message: "Nothing was changed: you have not confirmed that it is you.",
    data: { code: "confirmation_required", ways },
  },
});

async function inputOf(name: string, row: Procedure, environment?: string): Promise<unknown> {
  const given = await row.input(row.ownAccount && ada.id);
  if (!environment) return given;
  if (name === "keys.create") return { ...(given as object), environment };
  const made = await createKey(fixture.context(), {
    name: "K",
    environment: environment as "production",
    permissions: ["jobs:read"],
  });
  return { ...(given as object), id: made.key.id };
}

describe("With a session that was confirmed too long ago", () => {
  beforeAll(async () => {
    ada = await signedIn(fixture, "owner");
    await signedInBefore(ada, TOO_LONG_AGO);
  });

  test.each(MUTATIONS.filter(([, confirms]) => confirms !== "never"))(
    "%s is refused (%s), whoever asks, and nothing is stored",
    async (name, confirms, row) => {
      const given = await inputOf(name, row, confirms === "in production" ? "production" : undefined);
      const before = await everyRow(fixture);
      const ways = row.ownAccount ? expect.arrayContaining(["password"]) : ["password"];
      expect(await ask(name, given)).toMatchObject({ ...refused(), error: { data: { ways } } });
      expect(await everyRow(fixture)).toEqual(before);
      await sqlOf(fixture)`delete from second_factors`;
      await sqlOf(fixture)`delete from passkeys`;
    },
  );

  test.each(MUTATIONS.filter(([, confirms, { ownAccount }]) => confirms !== "always" && !ownAccount))(
    "%s is done (%s), and not asked about",
    async (name, confirms, row) => {
      if (name === "profile.confirmIdentity") return;
      const given = await inputOf(name, row, confirms === "in production" ? "development" : undefined);
      expect(await ask(name, given)).toMatchObject({ status: 200 });
    },
  );

  test("somebody whose role does not allow it is told that, and asked nothing", async () => {
    const viewer = await signedIn(fixture, "viewer");
    await signedInBefore(viewer, TOO_LONG_AGO);
    const answer = await ask("settings.changeRetention", { logDays: 9 }, viewer.cookie);
    expect(answer.error?.data.code).toBe("permission_denied");
  });

  test("the command line is not asked, and neither is a key", async () => {
    const { key } = await createKey(fixture.context(), {
      name: "By hand",
      environment: "production",
      permissions: ["customers:write"],
    });
    await regenerateKey(fixture.context(), { id: key.id });
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    expect(await deleteKey(fixture.context(), { id: key.id, name: "By hand" })).toMatchObject({
      deleted: true,
    });
  });
});

describe("Confirming that it is oneself", () => {
  beforeEach(async () => {
    fixture.clock.advance(3_600);
    ada = await signedIn(fixture, "owner", `ada-${number++}`);
    await signedInBefore(ada, TOO_LONG_AGO);
  });
  const change = () => ask("settings.changeRetention", { logDays: 3 + number });
  const confirm = (input: object) => ask("profile.confirmIdentity", input);

  test("is not needed within ten minutes of the sign-in, and is from then on", async () => {
    await signedInBefore(ada, LATELY);
    expect(await change()).toMatchObject({ status: 200 });
    await signedInBefore(ada, TOO_LONG_AGO);
    expect(await change()).toMatchObject(refused());
  });

  test("by the password holds for ten minutes, for this session alone, and is on record", async () => {
    const rows = await auditOf(fixture, async () => {
      expect(await confirm({ password: PASSWORD })).toMatchObject({ status: 200 });
    });
    expect(rows).toMatchObject([{ action: "session.confirm", actor: ada.email, after: { way: "password" } }]);
    expect(await change()).toMatchObject({ status: 200 });
    fixture.clock.advance(600);
    expect(await change()).toMatchObject(refused());
  });

  test("with a wrong password is refused at its field, and on record as a refused sign-in", async () => {
    const answer = await confirm({ password: "wrong horse battery" });
    expect(answer).toMatchObject({
      status: 422,
      error: {
        data: { code: "validation_failed", errors: [{ path: "password", message: "Is not your password" }] },
      },
    });
    await expect
      .poll(
        () =>
          sqlOf(
            fixture,
          )`select actor from audit_events where action = 'admin.refuse_sign_in' and subject_id = ${ada.id}`,
      )
      .toEqual([{ actor: "sign-in" }]);
    expect(await change()).toMatchObject(refused());
  });

  test("by a code is offered to whoever has an app; each code works once, also for this", async () => {
    const own = fixture.context({
      kind: "admin",
      id: ada.id,
      email: ada.email,
      name: "",
      role: "owner",
      environmentRoles: null,
    });
    const { key } = await offerSecondFactor(own);
    const shown = () => new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() });
    await confirmSecondFactor(own, { code: shown() });
    expect(await change()).toMatchObject(refused(["password", "code"]));
    expect(await confirm({ code: shown() })).toMatchObject({
      status: 422,
      error: { data: { errors: [{ path: "code", message: "Is wrong, or was used already" }] } },
    });
    fixture.clock.advance(60);
    expect(await confirm({ code: shown() })).toMatchObject({ status: 200 });
    expect(await change()).toMatchObject({ status: 200 });
  });

  test("is limited as signing in is, together with it", async () => {
    let answer = await confirm({ password: "wrong horse battery" });
    for (let n = 0; n < 30 && answer.status === 422; n++)
      answer = await confirm({ password: "wrong horse battery" });
    expect(answer).toMatchObject({ status: 429, error: { data: { code: "rate_limited" } } });
    expect(await confirm({ password: PASSWORD })).toMatchObject({ status: 429 });
  });

  test("does not bring a session back that was ended meanwhile", async () => {
    await sqlOf(fixture)`delete from sessions where admin_id = ${ada.id}`;
    expect(await confirm({ password: PASSWORD })).toMatchObject({ status: 401 });
  });
});
