import { suiteFixture } from "@test/support/suite";
import { TOTP } from "otpauth";
import { beforeAll, describe, expect, test } from "vitest";
import { GET as exportAudit } from "@/app/api/audit/export/route";
import { setRuntime } from "@/server/runtime/singleton";
import { changeSignInSettings } from "@/server/services/settings";
import { rowDigests } from "../services/support";
import { proceduresOf } from "./procedures";
import { call, ORIGIN, type SignedInAdmin, signedIn } from "./support";

const fixture = suiteFixture();
const PROCEDURES = Object.entries(proceduresOf(fixture));
let owner: SignedInAdmin;
let ada: SignedInAdmin;

const ask = (name: string, input: unknown, { cookie } = ada) =>
  call(fixture, name === "profile.secondFactor" ? "query" : "mutation", name, input, { cookie });

/** Sets an app up, as the console does. */
async function enrol(whose: SignedInAdmin): Promise<void> {
  const offered = await ask("profile.offerSecondFactor", undefined, whose);
  const { key } = offered.data as { key: string };
  const code = new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() });
  expect(await ask("profile.confirmSecondFactor", { code }, whose)).toMatchObject({ status: 200 });
}

beforeAll(async () => {
  owner = await signedIn(fixture, "owner");
  ada = await signedIn(fixture, "owner", "ada");
});

test("An owner who has none cannot ask everybody for a second factor; with one they can, and go on", async () => {
  const require = () => ask("settings.changeSignIn", { secondFactorRequired: true }, owner);
  expect(await require()).toMatchObject({
    status: 409,
    error: { message: "Set up your own second factor first, in Profile." },
  });
  await enrol(owner);
  expect(await require()).toMatchObject({ status: 200, data: { secondFactorRequired: true } });
  expect(await ask("settings.changeSignIn", { secondFactorRequired: true }, owner)).toMatchObject({
    status: 200,
  });
});

describe("Where everybody has to have a second factor, whoever has none", () => {
  test.each(PROCEDURES.filter(([, { enrols }]) => !enrols))(
    "is refused %s, also with a session that was open before, and nothing is stored",
    async (name, { type, input }) => {
      const given = await input();
      const before = await rowDigests(fixture);
      const answer = await call(fixture, type, name, given, { cookie: ada.cookie });
      expect(answer).toMatchObject({
        status: 403,
        error: {
          message: "Set up a second factor first: everybody here has to have one.",
          data: { code: "second_factor_required" },
        },
      });
      expect(await rowDigests(fixture)).toEqual(before);
    },
  );

  test("is refused every file", async () => {
    setRuntime(fixture.runtime);
    const request = new Request(`${ORIGIN}/api/audit/export?format=csv`, {
      headers: { cookie: ada.cookie, "sec-fetch-site": "same-origin" },
    });
    const answer = await exportAudit(request, { params: Promise.resolve({}) });
    expect([answer.status, await answer.text()]).toEqual([
      403,
      "Set up a second factor first: everybody here has to have one.",
    ]);
  });

  test("can set one up, and everything opens with the next request", async () => {
    expect(await ask("profile.secondFactor", undefined)).toMatchObject({ data: { enabledAt: null } });
    await enrol(ada);
    expect(await call(fixture, "query", "keys.list", {}, { cookie: ada.cookie })).toMatchObject({
      status: 200,
    });
  });
});

test("The command line can take it back, where nobody can get at their second factor", async () => {
  const visitor = await signedIn(fixture, "viewer");
  const look = () => call(fixture, "query", "keys.list", {}, { cookie: visitor.cookie });
  expect(await look()).toMatchObject({ status: 403 });
  await changeSignInSettings(fixture.context(), { secondFactorRequired: false });
  expect(await look()).toMatchObject({ status: 200 });
});
