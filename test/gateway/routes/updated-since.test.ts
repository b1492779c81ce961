import { newLicense } from "@test/server/services/support";
import { type Answer, call, expectFieldErrors, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS } from "@/contracts/permissions";
import type { License } from "@/contracts/schemas/licenses";
import { endActivation, listActivations } from "@/server/services/licenses";

const fixture = suiteFixture();
const api = inProcess(fixture);
let key: string;

beforeAll(async () => {
  key = (await fixture.key({ permissions: [...PERMISSIONS], rateLimits: { minute: 100_000 } })).secret;
});

const ask = (method: string, path: string, body?: object): Promise<Answer> =>
  call(api, method, `/staging${path}`, { key, ...(body === undefined ? {} : { body }) });

/** Ids of what changed at an instant or later. */
async function changed(noun: "licenses" | "customers", since: Date): Promise<string[]> {
  const answer = await ask("GET", `/${noun}?updatedSince=${since.toISOString()}&limit=100`);
  expect(answer.status, answer.text).toBe(200);
  return (answer.json.data as { id: string }[]).map(({ id }) => id);
}

/** Every change of a licence that its view shows, but for its making and what time alone does. */
const CHANGES: [what: string, change: (license: License) => Promise<unknown>][] = [
  ["an edit", ({ id }) => ask("PATCH", `/licenses/${id}`, { features: ["pro"] })],
  [
    "another customer",
    async ({ id }) => ask("PATCH", `/licenses/${id}`, { customerId: (await fixture.customer()).id }),
  ],
  ["no customer", ({ id }) => ask("PATCH", `/licenses/${id}`, { customerId: null })],
  ["the deletion of its customer", ({ customerId }) => ask("DELETE", `/customers/${customerId}`)],
  ["a suspension", ({ id }) => ask("POST", `/licenses/${id}/suspend`)],
  ["a revocation", ({ id }) => ask("POST", `/licenses/${id}/revoke`)],
  ["an activation", (license) => ask("POST", "/licenses/activate", { key: license.key, identifier: "new" })],
  [
    "an activation given back",
    (license) => ask("POST", "/licenses/deactivate", { key: license.key, identifier: "old" }),
  ],
  [
    "an activation ended in the console",
    async ({ id }) => {
      const { data } = await listActivations(fixture.context(), {
        id: id as never,
        status: "active",
        limit: 1,
      });

      const [activation] = data;
      if (!activation) throw new Error("The licence is active somewhere");
      await endActivation(fixture.context(), { id: id as never, activationId: activation.id });
    },
  ],
];

describe("?updatedSince=", () => {
  test.each(CHANGES)("finds a licence after %s, and updatedAt tells when", async (_what, change) => {
    const license = await newLicense(fixture);
    await ask("POST", "/licenses/activate", { key: license.key, identifier: "old" });
    fixture.clock.advance(60);
    const before = fixture.clock.now();
    expect(await changed("licenses", before)).not.toContain(license.id);
    const seen = (await ask("GET", `/licenses/${license.id}`)).json;
    fixture.clock.advance(60);
    await change(license);
    const { json } = await ask("GET", `/licenses/${license.id}`);
    expect(json).not.toEqual(seen);
    expect(json.updatedAt).toBe(fixture.clock.now().toISOString());
    expect(await changed("licenses", fixture.clock.now())).toEqual([license.id]);
    expect(await changed("licenses", before)).toEqual([license.id]);
    fixture.clock.advance(1);
    expect(await changed("licenses", fixture.clock.now())).toEqual([]);
  });

  test("finds every licence of a deleted customer, also by a key restricted to it, and nobody else's", async () => {
    const customer = await fixture.customer();
    const [one, two] = [
      await newLicense(fixture, { customerId: customer.id }),
      await newLicense(fixture, { customerId: customer.id }),
    ];
    await newLicense(fixture);
    const scoped = await fixture.key({ permissions: ["customers:write"], customers: [customer.id] });
    fixture.clock.advance(60);
    const deleted = await call(api, "DELETE", `/staging/customers/${customer.id}`, { key: scoped.secret });
    expect(deleted.json).toEqual({ id: customer.id, deleted: true });
    expect((await changed("licenses", fixture.clock.now())).sort()).toEqual([one.id, two.id].sort());
    expect((await ask("GET", `/licenses/${one.id}`)).json).toMatchObject({
      customerId: null,
      status: "available",
    });
  });

  test("finds a customer that was made or edited, and not one whose edit changed nothing", async () => {
    const { id, name } = await fixture.customer();
    expect(await changed("customers", fixture.clock.now())).toContain(id);
    fixture.clock.advance(60);
    await ask("PATCH", `/customers/${id}`, { name });
    expect(await changed("customers", fixture.clock.now())).toEqual([]);
    await ask("PATCH", `/customers/${id}`, { name: "Ada" });
    expect(await changed("customers", fixture.clock.now())).toEqual([id]);
  });

  test.each(["/licenses", "/customers"])("of %s must be a time", async (path) => {
    expectFieldErrors(await ask("GET", `${path}?updatedSince=yesterday`), "updatedSince");
  });
});

test("?email= finds the customer with this address, in whatever case, and no part of one", async () => {
  const email = newEmail();
  const { id } = await fixture.customer({ email });
  const found = async (asked: string) =>
    ((await ask("GET", `/customers?email=${encodeURIComponent(asked)}`)).json.data as { id: string }[]).map(
      ({ id }) => id,
    );
  expect(await found(email)).toEqual([id]);
  expect(await found(email.toUpperCase())).toEqual([id]);
  expect(await found(email.slice(1))).toEqual([]);
  expectFieldErrors(await ask("GET", "/customers?email=acme"), "email");
});
