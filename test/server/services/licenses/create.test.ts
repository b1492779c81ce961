import { NOBODY, newLicense, refusal } from "@test/server/services/support";
import { adminOf, keyPrincipal, newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import { createLicenseSchema } from "@/contracts/schemas/licenses";
import { parse } from "@/server/core/validation";
import { deleteCustomer, getCustomer } from "@/server/services/customers";
import { createLicense, getLicense } from "@/server/services/licenses";

const fixture = suiteFixture();

const create = (input: Record<string, unknown>, principal = keyPrincipal()) =>
  createLicense(fixture.context(principal), parse(createLicenseSchema, { product: "Editor", ...input }));

const rowsOf = async (table: "licenses" | "customers") => {
  const sql = fixture.runtime.databases.owner.$client;
  const [row] = await sql<{ count: number }[]>`select count(*)::int from ${sql(table)}`;
  return row?.count;
};

describe("A new licence", () => {
  test("that says no more than it must is available, for good, without a limit", async () => {
    const now = fixture.clock.now().toISOString();
    expect(await create({})).toEqual({
      id: expect.stringMatching(/^lic_/),
      key: expect.stringMatching(/^([2-9A-HJKMNP-Z]{5}-){4}[2-9A-HJKMNP-Z]{5}$/),
      product: "Editor",
      status: "available",
      statusReason: null,
      statusChangedAt: null,
      customerId: null,
      customer: null,
      activationLimit: null,
      activationCount: 0,
      expiresAt: null,
      features: [],
      metadata: {},
      environment: "staging",
      suspendedAt: null,
      suspendedReason: null,
      revokedAt: null,
      revokedReason: null,
      createdAt: now,
      updatedAt: now,
    });
  });

  test("keeps everything it was given, HTML and SQL in it as plain text", async () => {
    const customer = await fixture.customer();
    const license = await create({
      product: "<b>Editor</b>'); DROP TABLE licenses;--",
      customerId: customer.id,
      activationLimit: 1_000_000,
      validityDays: 30,
      features: ["a", "b", "a"],
      metadata: { order: 17, note: null },
      key: "OLD-KEY-1",
    });
    expect(license).toMatchObject({
      product: "<b>Editor</b>'); DROP TABLE licenses;--",
      status: "active",
      customer: { id: customer.id, email: customer.email, name: null },
      activationLimit: 1_000_000,
      expiresAt: "2023-12-23T12:30:30.000Z",
      features: ["a", "b"],
      metadata: { order: 17, note: null },
      key: "OLD-KEY-1",
    });
    expect(await getLicense(fixture.context(keyPrincipal()), { id: license.id })).toEqual(license);
  });

  test("of a new e-mail makes the customer; of a known one, in whatever case, uses it as it is", async () => {
    const email = newEmail();
    const first = await create({ customer: { email, name: "Ada" } });
    const second = await create({ customer: { email: email.toUpperCase(), name: "Eve" } });
    expect(second.customerId).toBe(first.customerId);
    expect(second.customer).toEqual({ id: first.customerId, email, name: "Ada" });
  });

  test("of one new e-mail in ten calls at once makes one customer", async () => {
    const email = newEmail();
    const made = await Promise.all(Array.from({ length: 10 }, () => create({ customer: { email } })));
    expect(new Set(made.map((license) => license.customerId)).size).toBe(1);
  });

  test("leaves no customer behind when it fails", async () => {
    await create({ key: "TAKEN" });
    const before = await rowsOf("customers");
    await expect(create({ key: "TAKEN", customer: { email: newEmail() } })).rejects.toEqual(
      refusal("conflict"),
    );
    expect(await rowsOf("customers")).toBe(before);
  });

  test("takes another key when the generated one is there already, and gives up on a broken generator", async () => {
    const keys = ["SAME", "SAME", "SAME", "OTHER"];
    const next = () => keys.shift() ?? "SAME";
    const input = parse(createLicenseSchema, { product: "Editor" });
    const ctx = fixture.context(keyPrincipal());
    expect(await createLicense(ctx, input, next)).toMatchObject({ key: "SAME" });
    expect(await createLicense(ctx, input, next)).toMatchObject({ key: "OTHER" });
    await expect(createLicense(ctx, input, next)).rejects.toThrow(/No free licence key/);
  });

  test("may have the key of a licence of another environment", async () => {
    await create({ key: "SHARED" });
    expect(await create({ key: "SHARED" }, keyPrincipal({ environment: "production" }))).toMatchObject({
      key: "SHARED",
      environment: "production",
    });
  });

  test.each([
    ["an unknown customer", { customerId: NOBODY }, ["customerId"]],
    ["no customer id", { customerId: "lic_00000000000000000000000000" }, ["customerId"]],
    ["a customer twice", { customerId: NOBODY, customer: { email: "a@b.example" } }, ["customer"]],
    ["two expiries", { expiresAt: "2027-01-01T00:00:00Z", validityDays: 1 }, ["validityDays"]],
    ["a date that is none", { expiresAt: "2027-02-30T00:00:00Z" }, ["expiresAt"]],
    ["a date without a time", { expiresAt: "2027-02-03" }, ["expiresAt"]],
    ["a limit of 0", { activationLimit: 0 }, ["activationLimit"]],
    ["a negative limit", { activationLimit: -1 }, ["activationLimit"]],
    ["a limit of 1e12", { activationLimit: 1e12 }, ["activationLimit"]],
    ["a broken limit", { activationLimit: 1.5 }, ["activationLimit"]],
    ["0 days", { validityDays: 0 }, ["validityDays"]],
    ["a million days", { validityDays: 1_000_000 }, ["validityDays"]],
    ["NUL", { product: "a\u0000b" }, ["product"]],
    ["an empty product", { product: "  " }, ["product"]],
    ["a key with blanks", { key: "A B" }, ["key"]],
    ["a key of 256", { key: "A".repeat(256) }, ["key"]],
    ["an unknown field", { colour: "red" }, ["colour"]],
  ])("is refused with %s, and nothing is stored", async (_, input, paths) => {
    const before = await rowsOf("licenses");
    await expect((async () => create(input))()).rejects.toEqual(refusal("validation_failed", ...paths));
    expect(await rowsOf("licenses")).toBe(before);
  });

  test("cannot go to a customer of another environment", async () => {
    const foreign = await fixture.customer({ environment: "production" });
    await expect(create({ customerId: foreign.id })).rejects.toEqual(
      refusal("validation_failed", "customerId"),
    );
    const admin = fixture.context(adminOf("operator"));
    const input = { ...parse(createLicenseSchema, { product: "Editor", customerId: foreign.id }) };
    await expect(createLicense(admin, { ...input, environment: "staging" })).rejects.toEqual(
      refusal("validation_failed", "customerId"),
    );
  });
});

describe("A key with a customer scope", () => {
  test("issues licences to its customers, by id and by e-mail", async () => {
    const mine = await fixture.customer();
    const principal = keyPrincipal({ customers: [mine.id] });
    expect(await create({ customerId: mine.id }, principal)).toMatchObject({ customerId: mine.id });
    const byEmail = { customer: { email: mine.email } };
    expect(await create(byEmail, principal)).toMatchObject({ customerId: mine.id });
  });

  test("issues none to anybody else, and learns nothing about who exists", async () => {
    const mine = await fixture.customer();
    const other = await fixture.customer();
    const principal = keyPrincipal({ customers: [mine.id] });
    const attempts = [
      {},
      { customerId: other.id },
      { customerId: NOBODY },
      { customer: { email: other.email } },
      { customer: { email: newEmail() } },
    ];
    for (const attempt of attempts) {
      await expect(create(attempt, principal)).rejects.toEqual(refusal("customer_out_of_scope"));
    }
  });
});

test("A deleted customer's licences stay, available again, without an owner", async () => {
  const license = await newLicense(fixture);
  const customerId = license.customerId;
  if (!customerId) throw new Error("The licence has a customer");
  await deleteCustomer(fixture.context(keyPrincipal()), { id: customerId });
  await expect(getCustomer(fixture.context(), { id: customerId })).rejects.toEqual(refusal("not_found"));
  expect(await getLicense(fixture.context(keyPrincipal()), { id: license.id })).toMatchObject({
    environment: "staging",
    customerId: null,
    status: "available",
  });
});
