import { afterAll, expect, test } from "vitest";
import { findBreaches } from "../server/database/isolation-checks";
import { createSubject } from "../server/database/isolation-subject";
import { loosenedPolicies } from "../server/database/loosened-policies";

const { fixture, subject } = await createSubject(false);
const loosened = await loosenedPolicies(subject.owner);
afterAll(() => fixture.close());

test("Every policy is loosened in turn, in more than one way", () => {
  const tables = new Set(loosened.map(({ table }) => table));
  expect([...tables].sort()).toEqual(Object.keys(subject.samples.rows).sort());
  expect(loosened.length).toBeGreaterThan(3 * tables.size);
});

// The titles and annotations of a verbose run are the table of what is noticed by what.
for (const { table, side, condition, loosen, restore } of loosened) {
  test(`${table}, ${side}: the isolation suite notices when this is left out: ${condition}`, async ({
    annotate,
  }) => {
    await subject.owner.unsafe(loosen);
    const breaches: string[] = [];
    try {
      for (const caller of ["environment", "scope"] as const)
        breaches.push(...(await findBreaches(subject, table, "staging", caller)));
    } finally {
      await subject.owner.unsafe(restore);
    }
    await annotate(`by this: ${breaches[0]}`);
    expect(breaches).not.toEqual([]);
  });
}

test("All policies are whole again", async () => {
  for (const table of Object.keys(subject.samples.rows)) {
    for (const caller of ["environment", "scope"] as const)
      expect([table, await findBreaches(subject, table, "staging", caller)]).toEqual([table, []]);
  }
});
