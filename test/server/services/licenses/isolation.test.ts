import { newLicense, refusal } from "@test/server/services/support";
import { keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { LicenseStatus, LicenseView } from "@/contracts/licenses";
import { withTransaction } from "@/server/database/session";
import {
  activateLicense,
  deleteLicense,
  getLicense,
  listActivations,
  listLicenses,
  revokeLicense,
  suspendLicense,
  updateLicense,
} from "@/server/services/licenses";

const fixture = suiteFixture();

const key = (environment: Environment, customers: Id<"cus">[] | null = null) =>
  fixture.context(keyPrincipal({ environment, customers }));

/** Ids of a table that the context's connection shows to a query without any filter. */
async function visible(ctx: ReturnType<typeof key>, table: "licenses" | "activations"): Promise<string[]> {
  return withTransaction(ctx, async ({ tx }) => {
    const rows = await tx.execute<{ id: string }>(`select id from ${table} order by id`);
    return rows.map(({ id }) => id);
  });
}

async function activated(license: LicenseView): Promise<string> {
  const ctx = key(license.environment);
  return (await activateLicense(ctx, { key: license.key, identifier: "device" })).activation.id;
}

describe("The database", () => {
  test("shows a key the licences and activations of its environment and scope, whatever the query asks", async () => {
    const mine = await newLicense(fixture, { environment: "development" });
    const other = await newLicense(fixture, { environment: "development" });
    const unassigned = await newLicense(fixture, { environment: "development", customerId: undefined });
    const foreign = await newLicense(fixture, { environment: "production" });
    const [active, otherActive] = [await activated(mine), await activated(other)];
    await activated(foreign);
    if (!mine.customerId) throw new Error("The licence has a customer");
    const all = key("development");
    expect(await visible(all, "licenses")).toEqual([mine.id, other.id, unassigned.id].sort());
    expect(await visible(all, "activations")).toEqual([active, otherActive].sort());
    const scoped = key("development", [mine.customerId]);
    expect(await visible(scoped, "licenses")).toEqual([mine.id]);
    expect(await visible(scoped, "activations")).toEqual([active]);
    const listed = async (ctx: typeof all) =>
      (await listLicenses(ctx, { statuses: [], limit: 10 })).data.map(({ id }) => id);
    expect((await listed(all)).sort()).toEqual([mine.id, other.id, unassigned.id].sort());
    expect(await listed(scoped)).toEqual([mine.id]);
    const nobody = key("development", []);
    expect(await listed(nobody)).toEqual([]);
    expect(await visible(nobody, "licenses")).toEqual([]);
    expect(await visible(nobody, "activations")).toEqual([]);
  });

  test("refuses to write into another environment, and a licence whose customer lives elsewhere", async () => {
    const license = await newLicense(fixture);
    const foreign = await fixture.customer({ environment: "production" });
    const move = `update licenses set environment = 'production' where id = '${license.id}'`;
    await expect(withTransaction(key("staging"), ({ tx }) => tx.execute(move))).rejects.toThrow();
    const sql = fixture.runtime.databases.owner.$client;
    await expect(
      sql`update licenses set customer_id = ${foreign.id} where id = ${license.id}`,
    ).rejects.toMatchObject({ constraint_name: "licenses_customer_fk" });
  });

  test("refuses an activation beyond the limit even where the lock was forgotten", async () => {
    const { id } = await newLicense(fixture, { activationLimit: 1 });
    const sql = fixture.runtime.databases.owner.$client;
    await expect(sql`update licenses set activation_count = 2 where id = ${id}`).rejects.toMatchObject({
      constraint_name: "licenses_activations_within_limit",
    });
  });
});

test("A licence of another environment or customer is the same 404 for every verb", async () => {
  const foreign = await newLicense(fixture, { environment: "production" });
  const other = await newLicense(fixture);
  const { id: customer } = await fixture.customer();
  const why = { reason: "" };
  for (const { id } of [foreign, other]) {
    const ctx = key("staging", [customer]);
    const attempts = [
      () => getLicense(ctx, { id }),
      () => updateLicense(ctx, { id, features: [] }),
      () => suspendLicense(ctx, { id, ...why }),
      () => revokeLicense(ctx, { id, ...why }),
      () => deleteLicense(ctx, { id }),
      () => listActivations(ctx, { id, status: "all", limit: 10 }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toEqual(refusal("not_found"));
  }
});

describe("A list of licences", () => {
  const list = async (input: Partial<Parameters<typeof listLicenses>[1]>, ctx = fixture.context()) =>
    listLicenses(ctx, { statuses: [], limit: 100, ...input });
  const idsOf = ({ data }: { data: LicenseView[] }) => data.map(({ id }) => id);

  test("finds by status what licenseStatus derives, by product, customer and text", async () => {
    const product = "Listed";
    const made: Record<LicenseStatus, LicenseView> = {
      active: await newLicense(fixture, { product, key: "LIST-100%-A" }),
      available: await newLicense(fixture, { product, customerId: undefined }),
      expired: await newLicense(fixture, { product, expiresAt: fixture.clock.now().toISOString() }),
      suspended: await newLicense(fixture, { product }),
      revoked: await newLicense(fixture, { product }),
    };
    const ctx = fixture.context();
    await suspendLicense(ctx, { id: made.suspended.id, reason: "" });
    await suspendLicense(ctx, { id: made.revoked.id, reason: "" });
    await revokeLicense(ctx, { id: made.revoked.id, reason: "" });
    for (const [status, { id }] of Object.entries(made)) {
      const found = await list({ product, statuses: [status as LicenseStatus] });
      expect(found.data).toEqual([expect.objectContaining({ id, status })]);
    }
    expect((await list({ product, statuses: ["active", "revoked"] })).data).toHaveLength(2);
    expect(idsOf(await list({ customerId: made.active.customerId }))).toEqual([made.active.id]);
    expect(idsOf(await list({ search: "-100%-" }))).toEqual([made.active.id]);
    expect(idsOf(await list({ search: made.expired.id }))).toEqual([made.expired.id]);
    expect(idsOf(await list({ search: "' or true --" }))).toEqual([]);
  });

  test("pages both ways over all environments, each licence once", async () => {
    const product = "Paged";
    const made: string[] = [];
    for (const environment of ["staging", "production", "development", "staging", "production"] as const) {
      made.push((await newLicense(fixture, { product, environment })).id);
    }
    const newestFirst = made.sort().reverse();
    const first = await list({ product, limit: 2 });
    const second = await list({ product, limit: 2, cursor: first.nextCursor });
    const third = await list({ product, limit: 2, cursor: second.nextCursor });
    expect([first, second, third].flatMap(idsOf)).toEqual(newestFirst);
    expect(third.nextCursor).toBeNull();
    expect(idsOf(await list({ product, limit: 2, cursor: third.previousCursor }))).toEqual(idsOf(second));
    expect(idsOf(await list({ product, environment: "development" }))).toHaveLength(1);
    await expect(list({ cursor: "garbage" })).rejects.toEqual(refusal("validation_failed", "cursor"));
  });
});
