import { adminOf, keyPrincipal } from "@test/support/fixture";
import { ownFixture, suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import {
  activateLicense,
  endActivation,
  getLicense,
  listActivations,
  listCustomerActivations,
  listProducts,
  updateLicense,
} from "@/server/services/licenses";
import { NOBODY, newLicense, refusal, sqlOf } from "../support";

const fixture = suiteFixture();

const activate = async (key: string, identifier: string) =>
  (await activateLicense(fixture.context(), { key, identifier, environment: "staging" })).activation;

describe("Ending an activation", () => {
  test("frees its place, once, keeps it as history and stands in the audit with who did it", async () => {
    const { id, key } = await newLicense(fixture, { activationLimit: 1 });
    const { id: activationId } = await activate(key, "lost laptop");
    const ctx = fixture.context(adminOf("operator"));
    const ended = await Promise.allSettled(
      Array.from({ length: 5 }, () => endActivation(ctx, { id, activationId })),
    );
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await getLicense(ctx, { id })).activationCount).toBe(0);
    expect((await activate(key, "new laptop")).identifier).toBe("new laptop");
    const history = await listActivations(ctx, { id, status: "deactivated", limit: 10 });
    expect(history.data.map(({ identifier }) => identifier)).toEqual(["lost laptop"]);
    const audit = await sqlOf(fixture)`
      select actor, before from audit_events where subject_id = ${id} and action = 'license.deactivate'`;
    expect(audit).toMatchObject([
      { actor: "operator@acme.example", before: { activation: "lost laptop", activationCount: 1 } },
    ]);
    expect(JSON.stringify(audit)).not.toContain(key);
  });

  test("of another licence, or out of reach, is as if there were none", async () => {
    const [mine, other] = [await newLicense(fixture), await newLicense(fixture)];
    const { id: activationId } = await activate(other.key, "device");
    const missing = refusal("not_found");
    await expect(endActivation(fixture.context(), { id: mine.id, activationId })).rejects.toEqual(missing);
    for (const stranger of [
      keyPrincipal({ environment: "production" }),
      keyPrincipal({ customers: [mine.customerId ?? NOBODY] }),
    ]) {
      const ctx = fixture.context(stranger);
      await expect(endActivation(ctx, { id: other.id, activationId })).rejects.toEqual(missing);
    }
    expect((await getLicense(fixture.context(), { id: other.id })).activationCount).toBe(1);
  });

  test("is not for those who may only look, nor for a key that may only validate", async () => {
    const { id, key } = await newLicense(fixture);
    const { id: activationId } = await activate(key, "device");
    for (const principal of [adminOf("viewer"), keyPrincipal({ permissions: ["licenses:validate"] })]) {
      const ended = endActivation(fixture.context(principal), { id, activationId });
      await expect(ended).rejects.toEqual(refusal("permission_denied"));
    }
  });
});

describe("The activations of a customer", () => {
  test("are those of its present licences, ended ones too, newest first, in pages, with masked keys", async () => {
    const { id: customerId } = await fixture.customer();
    const [one, two] = [await newLicense(fixture, { customerId }), await newLicense(fixture, { customerId })];
    const stranger = await newLicense(fixture);
    await activate(stranger.key, "stranger's");
    const { id: activationId } = await activate(one.key, "first");
    await activate(two.key, "second");
    await endActivation(fixture.context(), { id: one.id, activationId });
    const ctx = fixture.context();
    const first = await listCustomerActivations(ctx, { customerId, limit: 1 });
    expect(first.data).toMatchObject([{ identifier: "second", licenseId: two.id, product: "Editor" }]);
    expect(first.data[0]?.licenseKey).toContain("…");
    const { nextCursor: cursor } = first;
    const second = await listCustomerActivations(ctx, { customerId, limit: 1, cursor });
    expect(second).toMatchObject({ data: [{ identifier: "first" }], nextCursor: null });
    expect(JSON.stringify([first, second])).not.toContain(one.key);
    await updateLicense(ctx, { id: two.id, customerId: stranger.customerId });
    const left = await listCustomerActivations(ctx, { customerId, limit: 10 });
    expect(left.data.map(({ identifier }) => identifier)).toEqual(["first"]);
  });

  test("are none to a key of another environment, and of a customer there is not", async () => {
    const { key, customerId } = await newLicense(fixture);
    await activate(key, "device");
    const input = { customerId: customerId ?? NOBODY, limit: 10 };
    const foreign = fixture.context(keyPrincipal({ environment: "production" }));
    expect((await listCustomerActivations(foreign, input)).data).toEqual([]);
    const nobody = { customerId: NOBODY, limit: 10 };
    expect((await listCustomerActivations(fixture.context(), nobody)).data).toEqual([]);
  });
});

describe("The products there are licences of", () => {
  test("are each named once, in order, of one environment or of all", async () => {
    const fresh = await ownFixture();
    for (const product of ["Zeta", "Alpha", "Zeta", "Éclair"]) await newLicense(fresh, { product });
    await newLicense(fresh, { product: "Alpha", environment: "production" });
    await newLicense(fresh, { product: "Only live", environment: "production" });
    const ctx = fresh.context();
    expect(await listProducts(ctx, { environment: "staging" })).toEqual(["Alpha", "Zeta", "Éclair"]);
    expect(await listProducts(ctx, { environment: null })).toEqual(["Alpha", "Only live", "Zeta", "Éclair"]);
    expect(await listProducts(ctx, { environment: "development" })).toEqual([]);
    const key = fresh.context(keyPrincipal());
    expect(await listProducts(key, { environment: null })).toEqual(["Alpha", "Zeta", "Éclair"]);
  });
});
