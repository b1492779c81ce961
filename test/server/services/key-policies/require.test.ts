// @module-tag long
import { testFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "@/contracts/durations";
import type { KeyPolicyRules } from "@/contracts/schemas/key-policies";
import { reactivateKey, regenerateKey, revokeKey, updateKey } from "@/server/services/keys";
import { everyRow } from "../support";

import { policiesOf, refused } from "./support";

const fixture = testFixture();
const { owner, set, inDays } = policiesOf(fixture);

describe("A new key outside of its environment's policy is refused at the field, with the rule in words", () => {
  test.each<[Partial<KeyPolicyRules>, object, [string, string]]>([
    [
      { maxLifetimeDays: 90 },
      { expiresAt: inDaysFromStart(91) },
      ["expiresAt", "Keys of staging live at most 90 days (policy)."],
    ],
    [
      { maxLifetimeDays: 90 },
      { expiresAt: null },
      ["expiresAt", "Keys of staging live at most 90 days (policy)."],
    ],
    [
      { expiryRequired: true },
      { expiresAt: null },
      ["expiresAt", "Keys of staging must have an expiry (policy)."],
    ],
    [
      { addressesRequired: true },
      { ipAllowlist: [] },
      ["ipAllowlist", "Keys of staging must have a list of allowed addresses (policy)."],
    ],
    [
      { addressesRequired: true },
      { ipAllowlist: ["203.0.113.7", "::/0"] },
      ["ipAllowlist", "Keys of staging must have a list of allowed addresses (policy)."],
    ],
    [
      { maxRateLimits: { minute: 1_000 } },
      { rateLimits: { minute: 1_001 } },
      ["rateLimits.minute", "Keys of staging make at most 1,000 calls per minute (policy)."],
    ],
    [
      { maxRateLimits: { hour: 1_000 } },
      { rateLimits: { minute: 1 } },
      ["rateLimits.hour", "Keys of staging make at most 1,000 calls per hour (policy)."],
    ],
    [
      { forbiddenPermissions: ["licenses:read"] },
      { permissions: ["licenses:manage"] },
      ["permissions", "Keys of staging may not have License Read (policy)."],
    ],
    [
      { separatedPermissions: [["licenses:read", "customers:read"]] },
      { permissions: ["customers:write", "licenses:manage"] },
      ["permissions", "Keys of staging may not have License Read and Customer Read together (policy)."],
    ],
  ])("%j: %j", async (rules, input, error) => {
    await set(rules);
    const before = await everyRow(fixture);
    await expect(fixture.key(input)).rejects.toEqual(refused(error));
    expect(await everyRow(fixture)).toEqual(before);
    // Elsewhere it is none.
    await fixture.key({ ...input, environment: "development" });
  });

  test("and one at the bounds is made", async () => {
    await set({
      maxLifetimeDays: 90,
      expiryRequired: true,
      addressesRequired: true,
      maxRateLimits: { minute: 60 },
      forbiddenPermissions: ["licenses:manage"],
      separatedPermissions: [["licenses:read", "customers:read"]],
    });
    const { key } = await fixture.key({
      expiresAt: inDays(90),
      ipAllowlist: ["203.0.113.0/24"],
      rateLimits: { minute: 60 },
      permissions: ["licenses:read", "licenses:validate"],
    });
    expect(key.status).toBe("active");
  });
});

function inDaysFromStart(days: number): string {
  return new Date(Date.parse("2023-11-23T12:30:30.000Z") + days * DAY_MS).toISOString();
}

describe("A key that was outside when the policy came", () => {
  test("can be edited in all else", async () => {
    const { key } = await fixture.key({ permissions: ["licenses:manage"], rateLimits: { minute: 500 } });
    await set({
      maxLifetimeDays: 30,
      addressesRequired: true,
      maxRateLimits: { minute: 100 },
      forbiddenPermissions: ["licenses:manage"],
    });
    const edited = await updateKey(owner(), {
      id: key.id,
      name: "Renamed",
      permissions: ["licenses:manage"],
    });
    expect(edited.name).toBe("Renamed");
  });

  test("can be brought nearer in steps, and not be made worse", async () => {
    const { key } = await fixture.key({ rateLimits: { minute: 500 }, expiresAt: inDays(200) });
    await set({ maxLifetimeDays: 30, maxRateLimits: { minute: 100 } });
    await updateKey(owner(), { id: key.id, rateLimits: { minute: 300 } });
    await updateKey(owner(), { id: key.id, expiresAt: inDays(100) });
    await expect(updateKey(owner(), { id: key.id, rateLimits: { minute: 301 } })).rejects.toEqual(
      refused(["rateLimits.minute", "Keys of staging make at most 100 calls per minute (policy)."]),
    );
    for (const expiresAt of [inDays(101), null]) {
      await expect(updateKey(owner(), { id: key.id, expiresAt })).rejects.toEqual(
        refused(["expiresAt", "Keys of staging live at most 30 days (policy)."]),
      );
    }
  });

  test("may not break another rule", async () => {
    const { key } = await fixture.key({ permissions: ["licenses:read"], ipAllowlist: ["203.0.113.7"] });
    await set({ forbiddenPermissions: ["licenses:read", "telemetry:read"], addressesRequired: true });
    await expect(
      updateKey(owner(), { id: key.id, permissions: ["licenses:read", "telemetry:read"], ipAllowlist: [] }),
    ).rejects.toEqual(
      refused(
        ["ipAllowlist", "Keys of staging must have a list of allowed addresses (policy)."],
        ["permissions", "Keys of staging may not have Telemetry Read (policy)."],
      ),
    );
  });

  test("can be regenerated, which leaves its life as it was", async () => {
    const { key } = await fixture.key({ expiresAt: inDays(200) });
    await set({ maxLifetimeDays: 30 });
    const { key: after } = await regenerateKey(owner(), { id: key.id, overlap: "24h" });
    expect([after.expiresAt, after.createdAt]).toEqual([key.expiresAt, key.createdAt]);
  });

  test("can be revoked, but works again only once it is within the policy", async () => {
    const { key } = await fixture.key({ rateLimits: { minute: 500 } });
    await set({ maxRateLimits: { minute: 100 } });
    await revokeKey(owner(), { id: key.id });
    await expect(reactivateKey(owner(), { id: key.id })).rejects.toEqual(
      refused(["rateLimits.minute", "Keys of staging make at most 100 calls per minute (policy)."]),
    );
    await updateKey(owner(), { id: key.id, rateLimits: { minute: 100 } });
    expect((await reactivateKey(owner(), { id: key.id })).status).toBe("active");
  });

  test("does not come back from having expired by a later expiry", async () => {
    const { key } = await fixture.key({ rateLimits: { minute: 500 }, expiresAt: inDays(1) });
    await set({ maxRateLimits: { minute: 100 } });
    fixture.clock.advance((2 * DAY_MS) / 1_000);
    await expect(updateKey(owner(), { id: key.id, expiresAt: inDays(3) })).rejects.toEqual(
      refused(["rateLimits.minute", "Keys of staging make at most 100 calls per minute (policy)."]),
    );
    await updateKey(owner(), { id: key.id, expiresAt: inDays(3), rateLimits: { minute: 100 } });
  });
});
