import { newLicense } from "@test/server/services/support";
import { type Answer, type CallOptions, call, expectProblem, inProcess } from "@test/support/calls";
import { newEmail } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { beforeAll, expect, test } from "vitest";
import type { CustomerView } from "@/contracts/customers";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import { PERMISSIONS, type Permission } from "@/contracts/permissions";
import { newId } from "@/server/core/ids";
import { activateLicense } from "@/server/services/licenses";

const fixture = suiteFixture();
const api = inProcess(fixture);

/** A key that may do everything for one customer. */
let scoped: string;
let own: CustomerView;
let foreign: { customer: CustomerView; license: LicenseView };

beforeAll(async () => {
  own = await fixture.customer();
  const customer = await fixture.customer();
  foreign = { customer, license: await newLicense(fixture, { customerId: customer.id }) };
  await activateLicense(fixture.context(), {
    key: foreign.license.key,
    identifier: "device",
    environment: "staging",
  });

  const made = await fixture.key({
    permissions: [...PERMISSIONS],
    customers: [own.id],
    rateLimits: { minute: 100_000 },
  });
  scoped = made.secret;
});

const ask = (method: string, path: string, options: CallOptions = {}) =>
  call(api, method, `/staging${path}`, { key: scoped, ...options });

/** An answer without what is its own: its request id, and the path that the caller wrote. */
function toldBy({ status, text, headers }: Answer, ...own: string[]): unknown {
  const told = own.reduce((rest, one) => rest.replaceAll(one, "…"), text);
  const names = [...headers.keys()].filter((name) => name !== "ratelimit" && name !== "x-request-id");
  return { status, told: told.replace(/req_[0-9a-z]{26}/, "…"), names };
}

test("a restricted key chooses no licence key: taken by another customer, by its own, or free, the answer is one", async () => {
  const mine = await newLicense(fixture, { customerId: own.id });
  const answers: Answer[] = [];
  for (const key of [foreign.license.key, mine.key, "FREE-LICENCE-KEY"]) {
    answers.push(await ask("POST", "/licenses", { body: { product: "Editor", customerId: own.id, key } }));
  }
  for (const answer of answers) expectProblem(answer, "customer_out_of_scope");
  expect(new Set(answers.map((answer) => JSON.stringify(toldBy(answer)))).size).toBe(1);
  // Without one it still makes licences, and a key without a restriction imports them and learns of a conflict.
  expect((await ask("POST", "/licenses", { body: { product: "Editor", customerId: own.id } })).status).toBe(
    201,
  );
  const free = (await fixture.key({ permissions: ["licenses:manage"] })).secret;
  const body = { product: "Editor", key: foreign.license.key };
  expectProblem(await call(api, "POST", "/staging/licenses", { key: free, body }), "conflict");
});

/** Pairs of calls: about what another customer has, and about what nobody has. */
const PAIRS: [
  what: string,
  method: string,
  ask: () => [theirs: { path: string; body?: object }, nobodys: { path: string; body?: object }],
][] = [
  [
    "a customer's e-mail",
    "POST",
    () => [
      { path: "/customers", body: { email: foreign.customer.email } },
      { path: "/customers", body: { email: newEmail() } },
    ],
  ],
  [
    "the e-mail of a new licence's customer",
    "POST",
    () => [
      { path: "/licenses", body: { product: "Editor", customer: { email: foreign.customer.email } } },
      { path: "/licenses", body: { product: "Editor", customer: { email: newEmail() } } },
    ],
  ],
  [
    "a new licence's customer",
    "POST",
    () => [
      { path: "/licenses", body: { product: "Editor", customerId: foreign.customer.id } },
      { path: "/licenses", body: { product: "Editor", customerId: newId("cus") } },
    ],
  ],
  [
    "an id of a licence",
    "GET",
    () => [{ path: `/licenses/${foreign.license.id}` }, { path: `/licenses/${newId("lic")}` }],
  ],
  [
    "an id of a licence with activations",
    "GET",
    () => [
      { path: `/licenses/${foreign.license.id}/activations` },
      { path: `/licenses/${newId("lic")}/activations` },
    ],
  ],
  [
    "an id of a customer",
    "DELETE",
    () => [{ path: `/customers/${foreign.customer.id}` }, { path: `/customers/${newId("cus")}` }],
  ],
  [
    "a filter by customer",
    "GET",
    () => [
      { path: `/licenses?customerId=${foreign.customer.id}` },
      { path: `/licenses?customerId=${newId("cus")}` },
    ],
  ],
  [
    "a search for a licence key",
    "GET",
    () => [
      { path: `/licenses?search=${foreign.license.key}` },
      { path: "/licenses?search=AAAAA-AAAAA-AAAAA-AAAAA-AAAAA" },
    ],
  ],
  [
    "a customer by e-mail",
    "GET",
    () => [
      { path: `/customers?email=${foreign.customer.email}` },
      { path: `/customers?email=${newEmail()}` },
    ],
  ],
  [
    "a licence key to validate",
    "POST",
    () => [
      { path: "/licenses/validate", body: { key: foreign.license.key, identifier: "device" } },
      { path: "/licenses/validate", body: { key: "NOBODYS", identifier: "device" } },
    ],
  ],
  [
    "a licence key to activate",
    "POST",
    () => [
      { path: "/licenses/activate", body: { key: foreign.license.key, identifier: "device" } },
      { path: "/licenses/activate", body: { key: "NOBODYS", identifier: "device" } },
    ],
  ],
  [
    "a licence key to deactivate",
    "POST",
    () => [
      { path: "/licenses/deactivate", body: { key: foreign.license.key, identifier: "device" } },
      { path: "/licenses/deactivate", body: { key: "NOBODYS", identifier: "device" } },
    ],
  ],
  [
    "the count of flagged events",
    "POST",
    () => [
      {
        path: "/telemetry",
        body: { events: [{ type: "a", licenseKey: foreign.license.key, identifier: "device" }] },
      },
      { path: "/telemetry", body: { events: [{ type: "a", licenseKey: "NOBODYS", identifier: "device" }] } },
    ],
  ],
  [
    "an import of customers",
    "POST",
    () => [
      {
        path: "/jobs",
        body: { type: "customers.import", input: { rows: [{ email: foreign.customer.email }] } },
      },
      { path: "/jobs", body: { type: "customers.import", input: { rows: [{ email: newEmail() }] } } },
    ],
  ],
];

test.each(PAIRS)(
  "%s tells a restricted key nothing: another customer's is answered like nobody's",
  async (_what, method, pair) => {
    const [theirs, nobodys] = pair();
    const ids = /(?:cus|lic)_[0-9a-z]{26}/g;
    const [one, other] = await Promise.all(
      [theirs, nobodys].map(async ({ path, body }) => {
        const answer = await ask(method, path, body === undefined ? {} : { body });
        // Alike for a reason: neither was refused before anybody looked.
        expect(["validation_failed", "malformed_json", "permission_denied"]).not.toContain(answer.json.code);
        return toldBy(answer, ...(path.match(ids) ?? []));
      }),
    );
    expect(one).toEqual(other);
  },
);

test("a search of licences finds them by their customer for keys that may read customers; to any other it tells nothing, letter by letter", async () => {
  const customer = await fixture.customer({ email: newEmail(), name: "Wilhelmina Quagga" });
  const license = await newLicense(fixture, { customerId: customer.id });
  const reads = async (permissions: Permission[], customers?: Id<"cus">[]) =>
    (await fixture.key({ permissions, rateLimits: { minute: 100_000 }, customers: customers ?? null }))
      .secret;
  const whole = await reads(["licenses:read", "customers:read"]);
  const ofTheirs = await reads(["licenses:read", "customers:read"], [customer.id]);
  const others = [
    await reads(["licenses:manage", "telemetry:read", "jobs:write", "licenses:validate"]),
    // Of its own customer alone, whose licences those of others are not.
    await reads(["licenses:read", "customers:read"], [own.id]),
    await reads(["licenses:read"], [customer.id]),
  ];
  const find = (key: string, search: string) =>
    call(api, "GET", `/staging/licenses?${new URLSearchParams({ search })}`, { key });
  for (const search of [customer.email.toUpperCase(), "mina quag", "Quagga"]) {
    for (const key of [whole, ofTheirs]) {
      expect((await find(key, search)).json.data).toMatchObject([{ id: license.id }]);
    }
    for (const key of others) {
      const [theirs, nobodys] = [await find(key, search), await find(key, "qqxqqzqq")];
      expect(theirs.status).toBe(200);
      expect(toldBy(theirs, search)).toEqual(toldBy(nobodys, "qqxqqzqq"));
    }
  }
  expect((await find(whole, license.key.slice(0, 12))).json.data).toMatchObject([{ id: license.id }]);
});
