import { newLicense, refusal } from "@test/server/services/support";
import { type Fixture, keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { activateLicenseSchema, validateLicenseSchema } from "@/contracts/schemas/license-use";
import { parse } from "@/server/core/validation";
import {
  activateLicense,
  deactivateLicense,
  deleteLicense,
  getLicense,
  listActivations,
  revokeLicense,
  suspendLicense,
  updateLicense,
  validateLicense,
} from "@/server/services/licenses";

const fixture = suiteFixture();
let ctx: ReturnType<Fixture["context"]>;

beforeAll(async () => {
  ctx = fixture.context(keyPrincipal());
});

const why = { reason: "" };
const PAST = "2020-01-01T00:00:00.000Z";

describe("Validation", () => {
  test("gives the first reason against a licence, in the contract's order", async () => {
    const license = await newLicense(fixture, { expiresAt: PAST });
    const { id, key, customerId } = license;
    await suspendLicense(ctx, { id, ...why });
    await updateLicense(ctx, { id, customerId: null });
    const code = async () => {
      const asked = { key, product: "Other", identifier: "device" };
      const { valid, code, license } = await validateLicense(ctx, asked);
      expect(valid).toBe(false);
      expect(license?.key).toBe(key);
      return code;
    };
    expect(await code()).toBe("unassigned");
    await updateLicense(ctx, { id, customerId });
    expect(await code()).toBe("suspended");
    await revokeLicense(ctx, { id, ...why });
    expect(await code()).toBe("revoked");
  });

  test("goes on with expiry, product and activation, and ends with valid", async () => {
    const license = await newLicense(fixture, { expiresAt: PAST });
    const { id, key } = license;
    const asked = { key, product: "Other", identifier: "device" };
    expect(await validateLicense(ctx, asked)).toMatchObject({ code: "expired" });
    await updateLicense(ctx, { id, expiresAt: null });
    expect(await validateLicense(ctx, asked)).toMatchObject({ code: "product_mismatch" });
    expect(await validateLicense(ctx, { ...asked, product: "Editor" })).toMatchObject({
      valid: false,
      code: "not_activated",
    });
    expect(await validateLicense(ctx, { key })).toMatchObject({ valid: true, code: "valid" });
    await activateLicense(ctx, { key, identifier: "device" });
    expect(await validateLicense(ctx, { ...asked, product: "Editor" })).toMatchObject({ valid: true });
    await deactivateLicense(ctx, { key, identifier: "device" });
    expect(await validateLicense(ctx, { key, identifier: "device" })).toMatchObject({
      code: "not_activated",
    });
  });

  test("knows no licence of another environment, and none outside of the key's scope", async () => {
    const foreign = await newLicense(fixture, { environment: "production" });
    const mine = await newLicense(fixture);
    const unassigned = await newLicense(fixture, { customerId: undefined });
    const unknown = { valid: false, code: "not_found", license: null };
    expect(await validateLicense(ctx, { key: foreign.key })).toEqual(unknown);
    expect(await validateLicense(ctx, { key: "'; drop table licenses; --" })).toEqual(unknown);
    if (!mine.customerId) throw new Error("The licence has a customer");
    const scoped = fixture.context(keyPrincipal({ customers: [mine.customerId] }));
    const empty = fixture.context(keyPrincipal({ customers: [] }));
    expect(await validateLicense(scoped, { key: mine.key })).toMatchObject({ valid: true });
    expect(await validateLicense(scoped, { key: unassigned.key })).toEqual(unknown);
    expect(await validateLicense(empty, { key: mine.key })).toEqual(unknown);
  });

  test.each([
    ["an empty identifier", { identifier: "" }, "identifier"],
    ["an identifier of 10 kB", { identifier: "x".repeat(10_240) }, "identifier"],
    ["NUL in the key", { key: "a\u0000" }, "key"],
    ["an empty key", { key: " " }, "key"],
    ["an unknown field", { device: "x" }, "device"],
  ])("is refused with %s", (_, input, path) => {
    expect(() => parse(validateLicenseSchema, { key: "A", ...input })).toThrow(
      refusal("validation_failed", path),
    );
    expect(() => parse(activateLicenseSchema, { key: "A", identifier: "d", ...input })).toThrow(
      refusal("validation_failed", path),
    );
  });
});

describe("Activation", () => {
  test("holds a limit of 5 exactly under 50 parallel calls for 50 devices", async () => {
    const { id, key } = await newLicense(fixture, { activationLimit: 5 });
    const calls = Array.from({ length: 50 }, (_, device) =>
      activateLicense(ctx, { key, identifier: `device ${device}` }),
    );
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toEqual(refusal("activation_limit_reached"));
    }
    expect(await getLicense(ctx, { id })).toMatchObject({ activationCount: 5 });
    const { data } = await listActivations(ctx, { id, status: "active", limit: 100 });
    expect(data).toHaveLength(5);
  });

  test("of one device in 20 parallel calls counts once, and tells who came first", async () => {
    const { id, key } = await newLicense(fixture, { activationLimit: 1 });
    const calls = Array.from({ length: 20 }, () => activateLicense(ctx, { key, identifier: "device" }));
    const results = await Promise.all(calls);
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(results.map(({ activation }) => activation.id)).size).toBe(1);
    expect(await getLicense(ctx, { id })).toMatchObject({ activationCount: 1 });
  });

  test("gives a place back for another device, keeps the history, and counts each end once", async () => {
    const { id, key } = await newLicense(fixture, { activationLimit: 1 });
    const first = await activateLicense(ctx, { key, identifier: "a", metadata: { os: "linux" } });
    expect(first).toMatchObject({ created: true, license: { activationCount: 1 } });
    const ends = [1, 2, 3].map(() => deactivateLicense(ctx, { key, identifier: "a" }));
    const ended = await Promise.allSettled(ends);
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const second = await activateLicense(ctx, { key, identifier: "b" });
    expect(second).toMatchObject({ created: true, license: { activationCount: 1 } });
    const listed = async (status: "active" | "deactivated" | "all") =>
      (await listActivations(ctx, { id, status, limit: 10 })).data.map(({ identifier }) => identifier);
    expect(await listed("active")).toEqual(["b"]);
    expect(await listed("deactivated")).toEqual(["a"]);
    expect((await listed("all")).sort()).toEqual(["a", "b"]);
  });

  test("is refused for a licence that would not validate, which is unknown or out of reach", async () => {
    const activate = (key: string) => activateLicense(ctx, { key, identifier: "device" });
    const expired = await newLicense(fixture, { expiresAt: PAST });
    const available = await newLicense(fixture, { customerId: undefined });
    const suspended = await newLicense(fixture);
    await suspendLicense(ctx, { id: suspended.id, ...why });
    const revoked = await newLicense(fixture);
    await revokeLicense(ctx, { id: revoked.id, ...why });
    for (const { key } of [expired, available, suspended, revoked]) {
      await expect(activate(key)).rejects.toEqual(refusal("invalid_state"));
    }
    const foreign = await newLicense(fixture, { environment: "production" });
    for (const key of [foreign.key, "nothing"]) {
      await expect(activate(key)).rejects.toEqual(refusal("not_found"));
      await expect(deactivateLicense(ctx, { key, identifier: "device" })).rejects.toEqual(
        refusal("not_found"),
      );
    }
  });

  test("by a key with a customer scope reaches its customers' licences and no others", async () => {
    const mine = await newLicense(fixture, { activationLimit: 1 });
    const other = await newLicense(fixture);
    if (!mine.customerId) throw new Error("The licence has a customer");
    const scoped = fixture.context(keyPrincipal({ customers: [mine.customerId] }));
    const use = { key: mine.key, identifier: "device" };
    expect(await activateLicense(scoped, use)).toMatchObject({ created: true });
    await expect(activateLicense(scoped, { ...use, identifier: "second" })).rejects.toEqual(
      refusal("activation_limit_reached"),
    );
    expect(await deactivateLicense(scoped, use)).toMatchObject({ license: { activationCount: 0 } });
    for (const verb of [activateLicense, deactivateLicense]) {
      await expect(verb(scoped, { ...use, key: other.key })).rejects.toEqual(refusal("not_found"));
    }
  });

  test("ends with the licence: deleting it takes its activations along", async () => {
    const { id, key } = await newLicense(fixture);
    await activateLicense(ctx, { key, identifier: "device" });
    await deleteLicense(ctx, { id });
    const sql = fixture.runtime.databases.owner.$client;
    expect(await sql`select from activations where license_id = ${id}`).toHaveLength(0);
    await expect(listActivations(ctx, { id, status: "all", limit: 10 })).rejects.toEqual(
      refusal("not_found"),
    );
  });
});
