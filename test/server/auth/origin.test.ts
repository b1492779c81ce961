import { createFixture, type Fixture } from "@test/support/fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PEER_HEADER, requestMetaOf } from "@/server/auth/principal";

let direct: Fixture;
let proxied: Fixture;

beforeAll(async () => {
  direct = await createFixture();
  proxied = await createFixture({ TRUSTED_PROXIES: "1" });
});

afterAll(() => Promise.all([direct.close(), proxied.close()]));

const from = (fixture: Fixture, headers: Record<string, string>) =>
  requestMetaOf(fixture.runtime, new Headers(headers));

describe("Where a request to the console comes from", () => {
  test("is the peer that main.ts saw, whatever the caller claims", () => {
    const claims = {
      "x-forwarded-for": "198.51.100.1",
      "x-real-ip": "198.51.100.1",
      forwarded: "for=198.51.100.1",
    };
    expect(from(direct, { ...claims, [PEER_HEADER]: "203.0.113.7" }).ip).toBe("203.0.113.7");
    expect(from(direct, { [PEER_HEADER]: "::ffff:203.0.113.7" }).ip).toBe("203.0.113.7");
  });

  test("is what the trusted proxy says", () => {
    const headers = { "x-forwarded-for": "198.51.100.1, 203.0.113.7", [PEER_HEADER]: "10.0.0.1" };
    expect(from(proxied, headers).ip).toBe("203.0.113.7");
  });

  test("is unknown where nobody saw the peer", () => {
    expect(from(direct, {}).ip).toBeNull();
    expect(from(direct, { [PEER_HEADER]: "nonsense" }).ip).toBeNull();
  });

  test("cannot be chosen by the caller where Next runs without main.ts: the header's name is not to be known", () => {
    expect(PEER_HEADER).toMatch(/^x-keyward-peer-[0-9a-f-]{36}$/);
    for (const name of ["x-keyward-peer", "x-keyward-peer-", PEER_HEADER.slice(0, -1)]) {
      expect(from(direct, { [name]: "198.51.100.1" }).ip).toBeNull();
    }
  });

  test("comes with the request's id and the user agent", () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const origin = from(direct, { traceparent, "user-agent": "Firefox" });
    expect(origin).toEqual(from(direct, { traceparent, "user-agent": "Firefox" }));
    expect(origin).toMatchObject({ requestId: expect.stringMatching(/^req_/), userAgent: "Firefox" });
    expect(from(direct, {}).requestId).not.toBe(from(direct, {}).requestId);
  });
});
