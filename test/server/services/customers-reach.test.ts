import { adminOf, createWorld, type World } from "@test/support/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { deleteCustomer, getCustomer, listCustomers, updateCustomer } from "@/server/services/customers";
import { everyRow, refusal, withKey } from "./support";

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

describe("A customer out of a key's reach is the same as one that is not there:", () => {
  const inAnother = async () => world.customer({ environment: "production" });
  const cases = [
    ["in another environment", inAnother, async () => withKey(world)],
    [
      "in another environment, named by the scope",
      inAnother,
      async (id) => withKey(world, { customers: [id] }),
    ],
    [
      "outside of the scope",
      async () => world.customer(),
      async () => withKey(world, { customers: [(await world.customer()).id] }),
    ],
    [
      "with a scope that has run empty",
      async () => world.customer(),
      async () => withKey(world, { customers: [] }),
    ],
  ] satisfies [
    string,
    () => ReturnType<World["customer"]>,
    (id: Awaited<ReturnType<World["customer"]>>["id"]) => ReturnType<typeof withKey>,
  ][];

  test.each(cases)("%s", async (_, customer, context) => {
    const theirs = await customer();
    const ctx = await context(theirs.id);
    const before = await everyRow(world);
    for (const id of [theirs.id, newId("cus")]) {
      await expect(getCustomer(ctx, { id })).rejects.toEqual(refusal("not_found"));
      await expect(updateCustomer(ctx, { id, name: "x" })).rejects.toEqual(refusal("not_found"));
      await expect(deleteCustomer(ctx, { id })).rejects.toEqual(refusal("not_found"));
    }
    expect((await listCustomers(ctx, { limit: 100, environment: "production" })).data).not.toContainEqual(
      theirs,
    );
    expect(await everyRow(world)).toEqual(before);
  });
});

test("A scoped key sees and changes its own customers and lists no others", async () => {
  const [mine] = [await world.customer(), await world.customer()];
  const ctx = await withKey(world, { customers: [mine.id] });
  expect(await getCustomer(ctx, { id: mine.id })).toEqual(mine);
  expect((await listCustomers(ctx, { limit: 100 })).data).toEqual([mine]);
  expect(await updateCustomer(ctx, { id: mine.id, name: "Mine" })).toMatchObject({ name: "Mine" });
  expect(await deleteCustomer(ctx, { id: mine.id })).toEqual({ id: mine.id, deleted: true });
});

test("An administrator reaches the customers of every environment", async () => {
  const viewer = world.context(adminOf("viewer"));
  for (const environment of ["production", "staging", "development"] as const) {
    const made = await world.customer({ environment });
    expect(await getCustomer(viewer, { id: made.id })).toEqual(made);
    expect((await listCustomers(viewer, { limit: 100, environment })).data).toContainEqual(made);
  }
});
