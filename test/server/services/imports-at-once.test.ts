import { suiteFixture } from "@test/support/suite";
import { expect, test } from "vitest";
import { importCustomers } from "@/server/services/customers";
import { generateLicenses } from "@/server/services/licenses";
import { sqlOf, untilWaiting } from "./support";

const fixture = suiteFixture();

/**
 * Runs both while somebody else holds the row in the middle, and lets go of it when both wait. Each has then taken what
 * comes before it, so two that take the same rows in opposite orders hold what the other one needs.
 */
async function runCrosswise<Result>(
  holdMiddle: (sql: ReturnType<typeof sqlOf>) => Promise<unknown>,
  both: readonly (() => Promise<Result>)[],
): Promise<Result[]> {
  const holder = await sqlOf(fixture).reserve();
  try {
    await holder`begin`;
    await holdMiddle(holder as unknown as ReturnType<typeof sqlOf>);
    const results = Promise.allSettled(both.map((run) => run()));
    try {
      await untilWaiting(fixture, both.length);
    } finally {
      await holder`rollback`;
    }
    return (await results).map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
  } finally {
    holder.release();
  }
}

test("Two imports of the same customers in opposite orders both end: each customer is made once", async () => {
  const emails = ["a@acme.example", "M@acme.example", "z@acme.example"];
  const importOf = (rows: readonly string[]) => () =>
    importCustomers(fixture.context(), { environment: "staging", rows: rows.map((email) => ({ email })) });
  const outcomes = await runCrosswise(
    (sql) => sql`
      insert into customers (id, environment, email, metadata, created_at, updated_at)
      values ('cus_held', 'staging', 'm@acme.example', '{}', now(), now())`,
    [importOf(emails), importOf(emails.toReversed())],
  );
  const rows = outcomes.flat();
  expect(rows.map(({ email }) => email)).toEqual([...emails, ...emails.toReversed()]);
  for (const email of emails) {
    expect(rows.filter((row) => row.email === email && row.id !== null)).toHaveLength(1);
  }
});

test("Two generations that draw the same licence keys in opposite orders both end, with keys of their own", async () => {
  const generate = (...drawn: string[]) => {
    const input = { environment: "staging", product: "Editor", count: 3 } as const;
    return () => generateLicenses(fixture.context(), input, () => drawn.shift() ?? "NONE");
  };
  const outcomes = await runCrosswise(
    (sql) => sql`
      insert into licenses (id, environment, key, product, features, metadata, created_at, updated_at)
      values ('lic_held', 'staging', 'M', 'Editor', '{}', '{}', now(), now())`,
    [generate("A", "M", "Z", "B", "C", "D"), generate("Z", "M", "A", "E", "F", "G")],
  );
  const keys = outcomes.flat().map(({ key }) => key);
  expect(new Set(keys).size).toBe(6);
  expect(keys).toEqual(expect.arrayContaining(["A", "M", "Z"]));
});
