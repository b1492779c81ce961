import { adminOf, newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { createCustomerSchema, customerIdSchema, updateCustomerSchema } from "@/contracts/schemas/customers";
import { findKey } from "@/gateway/authenticate/look-up";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { createCustomer, deleteCustomer, getCustomer, updateCustomer } from "@/server/services/customers";
import { getKey } from "@/server/services/keys";
import { auditOf, breakAudit, everyRow, refusal, withKey } from "../support";

const fixture = suiteFixture();

describe("A new customer", () => {
  test("has what it was given, and an empty name and no metadata otherwise", async () => {
    const now = fixture.clock.now().toISOString();
    const given = {
      email: " Ada@Acme.example ",
      name: "Ada",
      metadata: { plan: "gold", seats: 3, old: false, note: null },
    };
    const made = await createCustomer(fixture.context(), {
      ...parse(createCustomerSchema, given),
      environment: "production",
    });
    expect(made).toEqual({
      id: expect.stringMatching(/^cus_/),
      ...given,
      email: "Ada@Acme.example",
      environment: "production",
      createdAt: now,
      updatedAt: now,
    });
    expect(await getCustomer(fixture.context(), { id: made.id })).toEqual(made);
    expect(await fixture.customer()).toMatchObject({ name: null, metadata: {}, environment: "staging" });
  });

  test("is one for its e-mail address in its environment, whatever the case of the letters", async () => {
    const email = newEmail();
    await fixture.customer({ email });
    const before = await everyRow(fixture);
    await expect(fixture.customer({ email: email.toUpperCase() })).rejects.toEqual(refusal("conflict"));
    expect(await everyRow(fixture)).toEqual(before);
    await expect(fixture.customer({ email, environment: "production" })).resolves.toMatchObject({ email });
  });

  test("made many times at once is one customer", async () => {
    const email = newEmail();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => fixture.customer({ email })));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toEqual(refusal("conflict"));
    }
  });

  test("of a key is in the key's environment, whatever the call names", async () => {
    const ctx = await withKey(fixture, { environment: "development" });
    const made = await createCustomer(ctx, { email: newEmail(), environment: "production" });
    expect(made.environment).toBe("development");
  });

  test("is not made by a key that is restricted to customers", async () => {
    const { id } = await fixture.customer();
    const before = await everyRow(fixture);
    for (const customers of [[id], []]) {
      const attempt = createCustomer(await withKey(fixture, { customers }), { email: newEmail() });
      await expect(attempt).rejects.toEqual(refusal("customer_out_of_scope"));
    }
    expect((await everyRow(fixture)).customers).toEqual(before.customers);
  });

  test.each([
    ["no address", { email: "acme.example" }, "email"],
    ["an address with a NUL", { email: "a\u0000@acme.example" }, "email"],
    ["an address of 255 characters", { email: `${"a".repeat(243)}@acme.example` }, "email"],
    ["an empty name", { name: " " }, "name"],
    ["a name of 10,000 characters", { name: "n".repeat(10_000) }, "name"],
    ["a control character deep in metadata", { metadata: { a: { b: "\u0000" } } }, "metadata.a.b"],
    ["a field there is not", { id: newId("cus") }, "id"],
  ])("is refused with %s", (_, wrong, path) => {
    expect(() => parse(createCustomerSchema, { email: newEmail(), ...wrong })).toThrow(
      refusal("validation_failed", path),
    );
  });
});

describe("A change of a customer", () => {
  test("changes what is given, replaces metadata as a whole, and is on record with the changed fields only", async () => {
    const email = newEmail();
    const made = await createCustomer(fixture.context(), {
      email,
      name: "Before",
      metadata: { a: 1, b: 2 },
      environment: "staging",
    });
    fixture.clock.advance(1);
    const rows = await auditOf(fixture, async () => {
      const changed = await updateCustomer(fixture.context(adminOf("operator")), {
        id: made.id,
        metadata: { b: 3 },
      });
      expect(changed).toEqual({ ...made, metadata: { b: 3 }, updatedAt: fixture.clock.now().toISOString() });
      expect(await getCustomer(fixture.context(), { id: made.id })).toEqual(changed);
      expect(await updateCustomer(fixture.context(), { id: made.id, name: null })).toMatchObject({
        name: null,
      });
    });
    expect(rows).toMatchObject([
      { action: "customer.update", actor: "operator@acme.example", subjectId: made.id, subjectName: email },
      { action: "customer.update", actor: "command line" },
    ]);
    expect(rows.map(({ before, after }) => ({ before, after }))).toEqual([
      { before: { metadata: { a: 1, b: 2 } }, after: { metadata: { b: 3 } } },
      { before: { name: "Before" }, after: { name: null } },
    ]);
  });

  test("to what is so already is none: no time, no audit row", async () => {
    const made = await createCustomer(fixture.context(), {
      email: newEmail(),
      name: "Same",
      metadata: { zebra: 1, ant: 2 },
      environment: "staging",
    });
    fixture.clock.advance(1);
    const before = await everyRow(fixture);
    for (const changes of [
      {},
      { name: "Same" },
      { metadata: { zebra: 1, ant: 2 } },
      { metadata: { ant: 2, zebra: 1 } },
    ]) {
      expect(await updateCustomer(fixture.context(), { id: made.id, ...changes })).toEqual(made);
    }
    expect(await everyRow(fixture)).toEqual(before);
  });

  test("names at least one field, and never the e-mail address or the environment", () => {
    expect(() => parse(updateCustomerSchema, {})).toThrow(refusal("validation_failed"));
    for (const field of ["email", "environment", "id"]) {
      expect(() => parse(updateCustomerSchema, { name: "a", [field]: "x" })).toThrow(
        refusal("validation_failed", field),
      );
    }
  });
});

describe("A customer that is deleted", () => {
  test("is gone, is on record with what it was, and is gone a second time", async () => {
    const made = await fixture.customer({ name: "Gone" });
    const rows = await auditOf(fixture, async () => {
      expect(await deleteCustomer(fixture.context(), { id: made.id })).toEqual({
        id: made.id,
        deleted: true,
      });
    });
    expect(rows).toMatchObject([
      {
        action: "customer.delete",
        subjectName: made.email,
        environment: "staging",
        before: { email: made.email, name: "Gone", metadata: {} },
        after: null,
      },
    ]);
    await expect(getCustomer(fixture.context(), { id: made.id })).rejects.toEqual(refusal("not_found"));
    await expect(deleteCustomer(fixture.context(), { id: made.id })).rejects.toEqual(refusal("not_found"));
  });

  test("leaves the keys that were scoped to it without it, and never open", async () => {
    const [one, other] = [await fixture.customer(), await fixture.customer()];
    const { key, secret } = await fixture.key({ customers: [one.id, other.id] });
    await deleteCustomer(fixture.context(), { id: one.id });
    expect(await findKey(fixture.context(), secret)).toMatchObject({ customers: [other.id] });
    await deleteCustomer(fixture.context(), { id: other.id });
    expect(await findKey(fixture.context(), secret)).toMatchObject({ customers: [] });
    expect((await getKey(fixture.context(), { id: key.id })).customers).toEqual([]);
  });
});

test("What an API key changes is not administration: it leaves no audit row", async () => {
  const ctx = await withKey(fixture);
  const rows = await auditOf(fixture, async () => {
    const { id } = await createCustomer(ctx, { email: newEmail() });
    await updateCustomer(ctx, { id, name: "Changed" });
    await deleteCustomer(ctx, { id });
  });
  expect(rows).toEqual([]);
});

test("A change whose audit row fails does not happen", async () => {
  const { id } = await fixture.customer();
  const before = await everyRow(fixture);
  const mend = await breakAudit(fixture);
  await expect(fixture.customer()).rejects.toThrow();
  await expect(updateCustomer(fixture.context(), { id, name: "x" })).rejects.toThrow();
  await expect(deleteCustomer(fixture.context(), { id })).rejects.toThrow();
  await mend();
  expect(await everyRow(fixture)).toEqual(before);
});

test("The id of something else is no id of a customer", () => {
  for (const id of [newId("key"), "", "1", `${newId("cus")}'`]) {
    expect(() => parse(customerIdSchema, { id })).toThrow(refusal("validation_failed", "id"));
  }
});
