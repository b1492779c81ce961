import { call, expectProblem, inProcess } from "@test/support/calls";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { updateKey } from "@/server/services/keys";

const fixture = suiteFixture();
const api = inProcess(fixture);

const APP = "https://app.example.com";

const get = (key: string, origin?: string, path = "/staging/key") =>
  call(api, "GET", path, { key, headers: origin === undefined ? {} : { origin } });

describe("A key with a list of origins", () => {
  test.each([APP, undefined])(
    "is taken from a page of the list, and from a program: Origin %s",
    async (origin) => {
      const { secret } = await fixture.key({ allowedOrigins: [APP] });
      expect((await get(secret, origin)).status).toBe(200);
    },
  );

  test.each([
    "https://evil.example",
    "null",
    "http://app.example.com",
    `${APP}:8443`,
    `${APP}, https://evil.example`,
  ])("is refused to a page of any other, which may read why: Origin %s", async (origin) => {
    const { secret } = await fixture.key({ allowedOrigins: [APP] });
    const answer = await get(secret, origin);
    expectProblem(answer, "origin_not_allowed");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("is told an origin that is one, and no other text of its caller's", async () => {
    const { secret } = await fixture.key({ allowedOrigins: [APP] });
    const told = async (origin: string) => (await get(secret, origin)).json.detail;
    expect(await told("https://evil.example")).toBe(
      "This API key may not be used by pages of https://evil.example.",
    );
    for (const text of ["null", secret, "https://evil.example/<b>"]) {
      expect(await told(text)).toBe("This API key may not be used by pages of an unknown origin.");
    }
  });

  test("is refused before its limit is counted and its permissions are looked at, and after its address", async () => {
    const { secret } = await fixture.key({
      allowedOrigins: [APP],
      permissions: ["jobs:read"],
      rateLimits: { day: 1 },
      ipAllowlist: ["192.0.2.1"],
    });
    const from = (address: string, origin: string) =>
      call(api, "GET", "/staging/customers", { key: secret, address, headers: { origin } });
    expectProblem(await from("192.0.2.2", "https://evil.example"), "ip_not_allowed");
    for (let time = 0; time < 3; time++) {
      const refused = await from("192.0.2.1", "https://evil.example");
      expectProblem(refused, "origin_not_allowed");
      expect(refused.headers.get("ratelimit")).toBeNull();
    }
    expectProblem(await from("192.0.2.1", APP), "permission_denied", {
      missingPermissions: ["customers:read"],
    });
  });

  test("is refused by what the list is at the next call", async () => {
    const { key, secret } = await fixture.key();
    expect((await get(secret, "https://evil.example")).status).toBe(200);
    await updateKey(fixture.context(), { id: key.id, allowedOrigins: [APP] });
    expectProblem(await get(secret, "https://evil.example"), "origin_not_allowed");
    await updateKey(fixture.context(), { id: key.id, allowedOrigins: [] });
    expect((await get(secret, "https://evil.example")).status).toBe(200);
  });

  test("has no say in whether a browser may ask", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "GET" };
    expect((await call(api, "OPTIONS", "/staging/key", { headers })).status).toBe(204);
  });
});
