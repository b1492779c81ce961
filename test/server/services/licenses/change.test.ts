import { NOBODY, newLicense, refusal } from "@test/server/services/support";
import { adminOf, keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { ROLES, roleAllows } from "@/contracts/roles";
import { editLicenseSchema, updateLicenseSchema } from "@/contracts/schemas/licenses";
import { parse } from "@/server/core/validation";
import {
  activateLicense,
  createLicense,
  deleteLicense,
  getLicense,
  reinstateLicense,
  revokeLicense,
  suspendLicense,
  updateLicense,
} from "@/server/services/licenses";

const fixture = suiteFixture();

const why = { reason: "" };

describe("Suspend, reinstate and revoke", () => {
  test("lead from status to status, and revoked is final", async () => {
    const ctx = fixture.context(keyPrincipal());
    const { id } = await newLicense(fixture);
    await expect(reinstateLicense(ctx, { id, ...why })).rejects.toEqual(refusal("invalid_state"));
    expect(await suspendLicense(ctx, { id, reason: "unpaid" })).toMatchObject({
      status: "suspended",
      suspendedReason: "unpaid",
    });
    await expect(suspendLicense(ctx, { id, ...why })).rejects.toEqual(refusal("invalid_state"));
    expect(await reinstateLicense(ctx, { id, ...why })).toMatchObject({
      status: "active",
      suspendedAt: null,
      suspendedReason: null,
    });
    await suspendLicense(ctx, { id, ...why });
    expect(await revokeLicense(ctx, { id, reason: "fraud" })).toMatchObject({ status: "revoked" });
    for (const step of [suspendLicense, reinstateLicense, revokeLicense]) {
      await expect(step(ctx, { id, ...why })).rejects.toEqual(refusal("invalid_state"));
    }
    expect(await getLicense(ctx, { id })).toMatchObject({ status: "revoked", revokedReason: "fraud" });
  });

  test("of two revocations at once let one through", async () => {
    const ctx = fixture.context(keyPrincipal());
    const { id } = await newLicense(fixture);
    const results = await Promise.allSettled([1, 2].map(() => revokeLicense(ctx, { id, ...why })));
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("An update", () => {
  const update = (id: `lic_${string}`, changes: Record<string, unknown>, principal = keyPrincipal()) =>
    updateLicense(fixture.context(principal), { id, ...parse(editLicenseSchema, changes) });

  test("changes what it names and leaves the rest, key and product above all", async () => {
    const license = await newLicense(fixture, { features: ["a"], metadata: { a: 1 } });
    fixture.clock.advance(1);
    const other = await fixture.customer();
    const changes = {
      customerId: other.id,
      activationLimit: 3,
      expiresAt: "2030-01-01T00:00:00.000Z",
      features: ["b"],
      metadata: {},
    };
    expect(await update(license.id, changes)).toEqual({
      ...license,
      ...changes,
      customer: { id: other.id, email: other.email, name: null },
      updatedAt: fixture.clock.now().toISOString(),
    });

    const bare = { customerId: null, activationLimit: null, expiresAt: null };
    expect(await update(license.id, bare)).toMatchObject({ ...bare, status: "available", features: ["b"] });
    expect(() => parse(updateLicenseSchema, {})).toThrow();
    expect(() => parse(updateLicenseSchema, { product: "Other" })).toThrow();
  });

  test("to what is so already changes nothing, and is not on record", async () => {
    const changes = { activationLimit: 2, expiresAt: "2030-01-01T00:00:00.000Z", features: ["a"] };
    const license = await newLicense(fixture, { ...changes, metadata: { a: 1, b: 2 } });
    fixture.clock.advance(1);
    const again = parse(editLicenseSchema, { ...changes, metadata: { b: 2, a: 1 } });
    const ctx = fixture.context(adminOf("operator"));
    expect(await updateLicense(ctx, { id: license.id, ...again })).toEqual(license);
    const sql = fixture.runtime.databases.owner.$client;
    const rows = await sql`
      select from audit_events where subject_id = ${license.id} and action = 'license.update'`;
    expect(rows).toHaveLength(0);
  });

  test("cannot lower the limit below what is active", async () => {
    const license = await newLicense(fixture, { activationLimit: 3 });
    const ctx = fixture.context(keyPrincipal());
    for (const identifier of ["one", "two"]) await activateLicense(ctx, { key: license.key, identifier });
    await expect(update(license.id, { activationLimit: 1 })).rejects.toEqual(refusal("invalid_state"));
    expect(await update(license.id, { activationLimit: 2 })).toMatchObject({ activationLimit: 2 });
  });

  test("by a scoped key keeps the licence within the scope", async () => {
    const license = await newLicense(fixture);
    const other = await fixture.customer();
    if (!license.customerId) throw new Error("The licence has a customer");
    const principal = keyPrincipal({ customers: [license.customerId] });
    for (const customerId of [other.id, NOBODY, null]) {
      await expect(update(license.id, { customerId }, principal)).rejects.toEqual(
        refusal("customer_out_of_scope"),
      );
    }
    expect(await update(license.id, { customerId: license.customerId }, principal)).toMatchObject({
      customerId: license.customerId,
    });
  });

  test("names a customer of another environment in vain", async () => {
    const license = await newLicense(fixture);
    const foreign = await fixture.customer({ environment: "production" });
    await expect(update(license.id, { customerId: foreign.id })).rejects.toEqual(
      refusal("validation_failed", "customerId"),
    );
  });
});

describe("An administrator's change", () => {
  test("is on record with what changed, and without the licence key", async () => {
    const ctx = fixture.context(adminOf("operator"));
    const created = await createLicense(ctx, { product: "Editor", environment: "staging" });
    const { id } = created;
    await updateLicense(ctx, { id, activationLimit: 2 });
    await suspendLicense(ctx, { id, reason: "unpaid" });
    await reinstateLicense(ctx, { id, reason: "paid" });
    await revokeLicense(ctx, { id, reason: "fraud" });
    await deleteLicense(ctx, { id });
    const sql = fixture.runtime.databases.owner.$client;
    const rows = await sql`
      select action, subject_name, before, after from audit_events where subject_id = ${id} order by position`;
    expect(rows.map(({ action }) => action)).toEqual(
      ["create", "update", "suspend", "reinstate", "revoke", "delete"].map((verb) => `license.${verb}`),
    );
    expect(rows[1]).toMatchObject({ before: { activationLimit: null }, after: { activationLimit: 2 } });
    expect(rows[3]).toMatchObject({ after: { suspendedAt: null, reason: "paid" } });
    expect(JSON.stringify(rows)).not.toContain(created.key);
    expect(rows[0]?.subject_name).toBe(`Editor ${created.key.slice(0, 4)}…${created.key.slice(-4)}`);
  });

  test("takes a role that may", async () => {
    const { id } = await newLicense(fixture);
    for (const role of ROLES.filter((role) => !roleAllows(role, "licenses:manage"))) {
      const ctx = fixture.context(adminOf(role));
      const attempts = [
        () => createLicense(ctx, { product: "Editor", environment: "staging" }),
        () => updateLicense(ctx, { id, features: [] }),
        () => suspendLicense(ctx, { id, ...why }),
        () => reinstateLicense(ctx, { id, ...why }),
        () => revokeLicense(ctx, { id, ...why }),
        () => deleteLicense(ctx, { id }),
      ];
      for (const attempt of attempts) {
        await expect((async () => attempt())()).rejects.toEqual(refusal("permission_denied"));
      }
    }
    expect(await getLicense(fixture.context(adminOf("viewer")), { id })).toMatchObject({ status: "active" });
  });
});
