import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import {
  authFailurePolicies,
  authFailureSubject,
  keyPolicies,
  keySubject,
  signInPolicies,
} from "@/server/rate-limit";

const networkOf = (address: string | null) => authFailureSubject(address).replace("auth:", "");

describe("the limits of a key", () => {
  test("become one policy for each window that is set, shortest first", () => {
    expect(keyPolicies({ day: 10_000, minute: 60 })).toEqual([
      { name: "minute", limit: 60, windowMs: MINUTE_MS },
      { name: "day", limit: 10_000, windowMs: DAY_MS },
    ]);
    expect(keyPolicies({ hour: 7 })).toEqual([{ name: "hour", limit: 7, windowMs: HOUR_MS }]);
  });

  test("are counted per key id", () => {
    expect(keySubject("key_01jz")).toBe("key:key_01jz");
  });
});

describe("failed authentications", () => {
  test("are limited per minute", () => {
    expect(authFailurePolicies(30)).toEqual([{ name: "auth-failures", limit: 30, windowMs: MINUTE_MS }]);
  });

  test("are not limited where the setting is 0", () => {
    expect(authFailurePolicies(0)).toEqual([]);
  });
});

describe("an address", () => {
  test("of IPv4 is itself, also when a dual-stack socket reports it", () => {
    expect(networkOf("203.0.113.7")).toBe("203.0.113.7");
    expect(networkOf("::ffff:203.0.113.7")).toBe("203.0.113.7");
  });

  test("of IPv6 is its /64, as one client has all of that", () => {
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
    expect(networkOf("2001:DB8:1:2::1")).toBe("2001:db8:1:2::/64");
    expect(networkOf("2001:db8:1:3::1")).not.toBe(networkOf("2001:db8:1:2::1"));
  });

  test("that is none shares one counter with all others that are none", () => {
    expect([null, "", "unknown-1", "key:key_1"].map(networkOf)).toEqual(Array(4).fill("unknown"));
  });
});

describe("attempts to sign in", () => {
  const subjects = (email: string, address: string | null) =>
    signInPolicies({ email, address }).map(({ subject }) => subject);

  test("are limited per account and address, and per address", () => {
    expect(signInPolicies({ email: "a@example.com", address: "203.0.113.7" })).toEqual([
      {
        subject: expect.stringMatching(/^sign-in:[\w-]{22}@203\.0\.113\.7$/),
        policies: [
          { name: "sign-in-account-minute", limit: 10, windowMs: MINUTE_MS },
          { name: "sign-in-account-hour", limit: 60, windowMs: HOUR_MS },
        ],
      },
      {
        subject: "sign-in:203.0.113.7",
        policies: [{ name: "sign-in-address-hour", limit: 200, windowMs: HOUR_MS }],
      },
    ]);
  });

  test("from elsewhere cannot lock an administrator out", () => {
    const here = subjects("admin@example.com", "203.0.113.7");
    const elsewhere = subjects("admin@example.com", "198.51.100.1");
    expect(here.filter((subject) => elsewhere.includes(subject))).toEqual([]);
  });

  test("on one account share a counter, however the address is typed", () => {
    expect(subjects(" Admin@Example.COM ", "203.0.113.7")).toEqual(
      subjects("admin@example.com", "203.0.113.7"),
    );
  });

  test("leave no e-mail address in Redis", () => {
    expect(subjects("admin@example.com", null).join()).not.toMatch(/admin|example/);
  });
});
