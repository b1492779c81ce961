import { expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import { keyPolicyRulesSchema } from "@/contracts/schemas/key-policies";
import { expiryBound, limitsWithin } from "@/features/keys/form/key-policy";
import { type ExpiryValues, expiryWithin, isWithin } from "@/lib/expiry";

const NOW = new Date("2026-11-01T12:00:00Z");
const rules = (some: object) => keyPolicyRulesSchema.parse(some);
const never: ExpiryValues = { expiry: "never", customExpiry: "" };
const until = (days: number) => ({ latest: NOW.getTime() + days * DAY_MS, reason: "" });

test("Where a policy bounds the life of keys, the longest choice within it stands in the place of never", () => {
  expect(expiryWithin(null, never, NOW)).toEqual(never);
  expect(expiryWithin(until(90), never, NOW).expiry).toBe("90");
  expect(expiryWithin(until(89), never, NOW).expiry).toBe("30");
  const short = { expiry: "custom", customExpiry: new Date(NOW.getTime() + 7 * DAY_MS).toISOString() };
  expect(expiryWithin(until(7), never, NOW)).toEqual(short);
  expect(expiryWithin({ latest: null, reason: "" }, never, NOW).expiry).toBe("90");
  expect(expiryWithin(until(90), { ...never, expiry: "365" }, NOW).expiry).toBe("90");
  expect(expiryWithin(until(90), { ...never, expiry: "30" }, NOW).expiry).toBe("30");
  expect(isWithin(until(90), "365", NOW)).toBe(false);
});

test("The life of a key that is there counts from when it was made", () => {
  const bound = expiryBound("staging", rules({ maxLifetimeDays: 90 }), NOW.toISOString());
  expect(bound).toEqual({ ...until(90), reason: "Keys of staging live at most 90 days (policy)." });
  expect(expiryBound("staging", rules({ expiryRequired: true }), NOW.toISOString())).toEqual({
    latest: null,
    reason: "Keys of staging must have an expiry (policy).",
  });
  expect(expiryBound("staging", rules({}), NOW.toISOString())).toBeNull();
});

test("The limits of a new key begin within what the policy bounds, and as they were elsewhere", () => {
  const bounded = rules({ maxRateLimits: { minute: 10, hour: 1000 } });
  expect(limitsWithin(bounded, { minute: "60", hour: "", day: "" })).toEqual({
    minute: "10",
    hour: "1000",
    day: "",
  });
  expect(limitsWithin(bounded, { minute: "5", hour: "ten", day: "7" })).toEqual({
    minute: "5",
    // What is no number stays to be said so.
    hour: "ten",
    day: "7",
  });
});
