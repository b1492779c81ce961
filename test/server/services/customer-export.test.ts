import { adminOf, keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { CustomerExport } from "@/contracts/customer-export";
import { exportCustomer } from "@/server/services/customer-export";
import { activateLicense } from "@/server/services/licenses";
import { auditOf, breakAudit, NOBODY, newLicense, refusal } from "./support";
import { send } from "./telemetry/support";

const fixture = suiteFixture();

describe("The export of a customer", () => {
  test("has everything of it and nothing of anybody else, no key in full, and stands in the audit", async () => {
    const [customer, other] = [await fixture.customer({ name: "Ada" }), await fixture.customer()];
    const mine = await newLicense(fixture, { customerId: customer.id });
    const theirs = await newLicense(fixture, { customerId: other.id });
    for (const { key } of [mine, theirs]) {
      await activateLicense(fixture.context(), {
        key,
        identifier: `device of ${key}`,
        environment: "staging",
      });
      await send(fixture, [{ type: "start", licenseKey: key }]);
    }
    const scoped = await fixture.key({ name: "Both", customers: [customer.id, other.id] });
    await fixture.key({ name: "Theirs", customers: [other.id] });
    const ctx = fixture.context(adminOf("viewer"));
    const made: CustomerExport[] = [];
    const audit = await auditOf(fixture, async () => {
      made.push(await exportCustomer(ctx, { id: customer.id }));
    });

    const [document] = made;
    expect(document).toMatchObject({
      exportedAt: fixture.clock.now().toISOString(),
      customer: { id: customer.id, email: customer.email, name: "Ada" },
      licenses: { complete: true, items: [{ id: mine.id, product: "Editor" }] },
      activations: { complete: true, items: [{ licenseId: mine.id }] },
      scopedKeys: { complete: true, items: [{ id: scoped.key.id, maskedKey: scoped.key.maskedKey }] },
      telemetry: { events: 1, capped: false },
    });

    const text = JSON.stringify({ ...document, activations: null });
    for (const secret of [mine.key, theirs.key, scoped.secret, other.id, other.email]) {
      expect(text).not.toContain(secret);
    }
    expect(audit).toMatchObject([
      { action: "customer.export", actor: "viewer@acme.example", subjectId: customer.id },
    ]);
  });

  test("is complete over many pages", async () => {
    const { id: customerId } = await fixture.customer();
    const sql = fixture.runtime.databases.owner.$client;
    await sql`insert into licenses (id, environment, key, product, customer_id, created_at, updated_at)
      select 'lic_' || lpad(n::text, 26, '0'), 'staging', 'PAGED-' || n, 'Editor', ${customerId}, now(), now()
      from generate_series(1, 1203) n`;
    const { licenses } = await exportCustomer(fixture.context(), { id: customerId });
    expect(licenses.complete).toBe(true);
    expect(new Set(licenses.items.map(({ id }) => id)).size).toBe(1_203);
  });

  test("is not made where it cannot be put on record", async () => {
    const { id } = await fixture.customer();
    const mend = await breakAudit(fixture);
    await expect(exportCustomer(fixture.context(), { id })).rejects.toThrow();
    await mend();
    expect((await exportCustomer(fixture.context(), { id })).customer.id).toBe(id);
  });

  test("is refused as a whole to whoever may not read a part of it, and for nobody", async () => {
    const { id } = await fixture.customer();
    const partly = fixture.context(keyPrincipal({ permissions: ["customers:read", "licenses:read"] }));
    await expect(exportCustomer(partly, { id })).rejects.toEqual(refusal("permission_denied"));
    const nobody = exportCustomer(fixture.context(), { id: NOBODY });
    await expect(nobody).rejects.toEqual(refusal("not_found"));
  });
});
