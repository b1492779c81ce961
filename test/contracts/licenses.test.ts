import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { licenseObstacle } from "@/contracts/license-use";
import { type LicenseFacts, licenseStatus, maskLicenseKey } from "@/contracts/licenses";

const time = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true });
const facts: fc.Arbitrary<LicenseFacts> = fc.record({
  customerId: fc.option(fc.constant("cus_1")),
  expiresAt: fc.option(time),
  suspendedAt: fc.option(time),
  revokedAt: fc.option(time),
});

describe("The status of a licence", () => {
  test("is revoked whatever else is true, and suspended whatever else but that", () => {
    fc.assert(
      fc.property(facts, time, time, (some, now, then) => {
        expect(licenseStatus({ ...some, revokedAt: then }, now)).toBe("revoked");
        expect(licenseStatus({ ...some, revokedAt: null, suspendedAt: then }, now)).toBe("suspended");
      }),
    );
  });

  test("of one that nobody stopped follows from expiry, then from the customer", () => {
    fc.assert(
      fc.property(facts, time, (some, now) => {
        const free = { ...some, revokedAt: null, suspendedAt: null };
        const over = free.expiresAt !== null && free.expiresAt <= now;
        const owned = free.customerId === null ? "available" : "active";
        expect(licenseStatus(free, now)).toBe(over ? "expired" : owned);
      }),
    );
  });

  test("turns to expired at the very instant that was named", () => {
    const free = { customerId: "cus_1", expiresAt: new Date(1_000), suspendedAt: null, revokedAt: null };
    expect(licenseStatus(free, new Date(999))).toBe("active");
    expect(licenseStatus(free, new Date(1_000))).toBe("expired");
  });

  test("is active exactly where nothing stands against using the licence", () => {
    fc.assert(
      fc.property(facts, time, (some, now) => {
        expect(licenseObstacle(some, now) === null).toBe(licenseStatus(some, now) === "active");
      }),
    );
  });
});

test("A masked licence key hides more than it shows, and never shows a short one", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 255 }), (key) => {
      const shown = maskLicenseKey(key).replace("…", "").length;
      expect(shown).toBeLessThanOrEqual(key.length / 2);
      if (key.length < 8) expect(shown).toBe(0);
    }),
  );
  expect(maskLicenseKey("ABCDE-FGHJK-MNPQR-STUVW-XYZ23")).toBe("ABCD…YZ23");
});
