import { adminOf, type Fixture } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { deleteCustomer, getCustomer, listCustomers, updateCustomer } from "@/server/services/customers";
import { everyRow, refusal, withKey } from "../support";

const fixture = suiteFixture();

describe("A customer out of a key's reach is the same as one that is not there:", () => {
  const inAnother = async () => fixture.customer({ environment: "production" });
  const cases = [
    ["in another environment", inAnother, async () => withKey(fixture)],
    [
      "in another environment, named by the scope",
      inAnother,
      async (id) => withKey(fixture, { customers: [id] }),
    ],
    [
      "outside of the scope",
      async () => fixture.customer(),
      async () => withKey(fixture, { customers: [(await fixture.customer()).id] }),
    ],
    [
      "with a scope that has run empty",
      async () => fixture.customer(),
      async () => withKey(fixture, { customers: [] }),
    ],
  ] satisfies [
    string,
    () => ReturnType<Fixture["customer"]>,
    (id: Awaited<ReturnType<Fixture["customer"]>>["id"]) => ReturnType<typeof withKey>,
  ][];

  test.each(cases)("%s", async (_, customer, context) => {
    const theirs = await customer();
    const ctx = await context(theirs.id);
    const before = await everyRow(fixture);
    for (const id of [theirs.id, newId("cus")]) {
      await expect(getCustomer(ctx, { id })).rejects.toEqual(refusal("not_found"));
      await expect(updateCustomer(ctx, { id, name: "x" })).rejects.toEqual(refusal("not_found"));
      await expect(deleteCustomer(ctx, { id })).rejects.toEqual(refusal("not_found"));
    }
    expect((await listCustomers(ctx, { limit: 100, environment: "production" })).data).not.toContainEqual(
      theirs,
    );
    expect(await everyRow(fixture)).toEqual(before);
  });
});

test("A scoped key sees and changes its own customers and lists no others", async () => {
  const [mine] = [await fixture.customer(), await fixture.customer()];
  const ctx = await withKey(fixture, { customers: [mine.id] });
  expect(await getCustomer(ctx, { id: mine.id })).toEqual(mine);
  expect((await listCustomers(ctx, { limit: 100 })).data).toEqual([mine]);
  expect(await updateCustomer(ctx, { id: mine.id, name: "Mine" })).toMatchObject({ name: "Mine" });
  expect(await deleteCustomer(ctx, { id: mine.id })).toEqual({ id: mine.id, deleted: true });
});

test("An administrator reaches the customers of every environment", async () => {
  const viewer = fixture.context(adminOf("viewer"));
  for (const environment of ["production", "staging", "development"] as const) {
    const made = await fixture.customer({ environment });
    expect(await getCustomer(viewer, { id: made.id })).toEqual(made);
    expect((await listCustomers(viewer, { limit: 100, environment })).data).toContainEqual(made);
  }
});
