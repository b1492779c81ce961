// @module-tag long
import { sqlOf } from "@test/server/services/support";
import { type Answer, expectFieldErrors, expectProblem } from "@test/support/calls";
import { describe, expect, test } from "vitest";
import type { CreateKeyInput, UpdateKeyInput } from "@/contracts/schemas/keys";
import { newId } from "@/server/core/ids";
import { EXPIRES, LIMITS, managedKeysSuite } from "./managed-keys-support";

const { fixture, customers, manager, bounded, send, make, edit, everyRowOfKeys } = managedKeysSuite();

const LATER = "2024-06-01T00:00:00.001Z";

/** What goes too far, facet by facet, of a key whose maker is {@link bounded}. */
const TOO_FAR: readonly [what: string, () => Record<string, unknown>, check: (answer: Answer) => void][] = [
  [
    "a permission that it does not have",
    () => ({ permissions: ["licenses:read", "jobs:read"] }),
    (answer) => expectProblem(answer, "permission_denied", { missingPermissions: ["jobs:read"] }),
  ],
  [
    "a permission of one's own that it does not have",
    () => ({ permissions: ["stock:read"] }),
    (answer) =>
      expectProblem(answer, "permission_denied", {
        missingPermissions: ["stock:read"],
        detail: notHeld("stock:read"),
      }),
  ],
  [
    "a permission that nobody has defined, told as one that it does not have",
    () => ({ permissions: ["stock:write"] }),
    (answer) =>
      expectProblem(answer, "permission_denied", {
        missingPermissions: ["stock:write"],
        detail: notHeld("stock:write"),
      }),
  ],
  [
    "keys:manage, where an administrator has not allowed it",
    () => ({ permissions: ["keys:manage"] }),
    (answer) => expectProblem(answer, "permission_denied", { missingPermissions: ["keys:manage"] }),
  ],
  ["all customers", () => ({ customers: null }), (answer) => expectProblem(answer, "customer_out_of_scope")],
  [
    "another customer",
    () => ({ customers: [customers.ours.id, customers.others.id] }),
    (answer) => expectProblem(answer, "customer_out_of_scope"),
  ],
  [
    "a customer that there is not, told as another",
    () => ({ customers: [newId("cus")] }),
    (answer) => expectProblem(answer, "customer_out_of_scope"),
  ],
  ["any address", () => ({ ipAllowlist: [] }), exceeds("ipAllowlist")],
  ["a wider range", () => ({ ipAllowlist: ["198.51.100.7", "198.51.100.0/23"] }), exceeds("ipAllowlist.1")],
  ["a range of the other family", () => ({ ipAllowlist: ["::/0"] }), exceeds("ipAllowlist.0")],
  ["any origin", () => ({ allowedOrigins: [] }), exceeds("allowedOrigins")],
  [
    "another origin",
    () => ({ allowedOrigins: ["https://app.example.com", "https://other.example.com"] }),
    exceeds("allowedOrigins.1"),
  ],
  ["more calls", () => ({ rateLimits: { minute: 1_001, day: 100_000 } }), exceeds("rateLimits.minute")],
  ["no limit in one of its windows", () => ({ rateLimits: { minute: 1_000 } }), exceeds("rateLimits.day")],
  ["a later end", () => ({ expiresAt: LATER }), exceeds("expiresAt")],
  ["no end", () => ({ expiresAt: null }), exceeds("expiresAt")],
];

/** The same whether somebody has defined it or not. */
function notHeld(name: string): string {
  return `The calling key does not have ${name}. A name that is not in the catalogue may be misspelt: which there are is told to keys alone that have them.`;
}

function exceeds(path: string) {
  return (answer: Answer) => expectFieldErrors(answer, { path, code: "exceeds_calling_key" });
}

describe("A key gives at most what it has:", () => {
  test.each(TOO_FAR)("not %s, to a new key nor to one that there is", async (_, wanted, check) => {
    const by = await bounded();
    const made = await make(by);
    const before = await everyRowOfKeys();
    check(await send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"], ...wanted() }));
    check(await send(by, "PATCH", `/${made.id}`, wanted()));
    expect(await everyRowOfKeys()).toEqual(before);
  });

  test("all of it, and further windows", async () => {
    const by = await bounded({ grantsKeyManagement: true });
    const permissions = ["keys:manage", "licenses:manage", "licenses:read", "orders:all", "orders:read"];
    const all = {
      permissions,
      customers: [customers.ours.id],
      ipAllowlist: ["198.51.100.0/25", "198.51.100.200", "2001:db8:1::/48"],
      allowedOrigins: ["https://app.example.com"],
      rateLimits: { minute: 1_000, hour: 1_000_000, day: 100_000 },
      expiresAt: EXPIRES,
    };
    const made = await make(by, all);
    const given = await send(by, "PATCH", `/${(await make(by)).id}`, all);
    expect(given.json).toMatchObject(all);
    // Of itself it hands on that it manages keys, and not that others may.
    const next = await make(made, { permissions: ["orders:read"] });
    expect(next.key.createdByKeyId).toBe(made.id);
    expectProblem(await send(made, "POST", "", { name: "Acme", permissions }), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
  });

  test("nothing, where its customers are all gone", async () => {
    const by = await manager({ customers: [(await fixture.customer()).id] });
    await sqlOf(fixture)`delete from api_key_customers where key_id = ${by.key.id}`;
    const answer = await send(by, "POST", "", { name: "Acme", permissions: ["licenses:read"] });
    expectProblem(answer, "customer_out_of_scope");
  });
});

describe("A key that an administrator has made more powerful since", () => {
  test("loses power, and gets a name, and is revoked; and gets no more of anything, no secret and no second life", async () => {
    const by = await manager({ customers: [customers.ours.id, customers.others.id] });
    const made = await make(by, { customers: [customers.ours.id] });
    await edit({ id: made.id, permissions: ["licenses:read", "jobs:read"] });
    const path = `/${made.id}`;
    const outside = { missingPermissions: ["jobs:read"] };
    expect(
      (await send(by, "PATCH", path, { name: "Acme Ltd", rateLimits: { minute: 1, day: 1 } })).status,
    ).toBe(200);
    // It would read the jobs of another customer.
    for (const change of [
      { customers: [customers.ours.id, customers.others.id] },
      { rateLimits: LIMITS },
      { expiresAt: EXPIRES, rateLimits: LIMITS },
    ])
      expectProblem(await send(by, "PATCH", path, change), "permission_denied", outside);
    expectProblem(await send(by, "POST", `${path}/regenerate`), "permission_denied", outside);
    expect((await send(by, "POST", `${path}/revoke`)).json).toMatchObject({ status: "inactive" });
    expectProblem(await send(by, "POST", `${path}/reactivate`), "permission_denied", outside);
    expect((await send(by, "PATCH", path, { permissions: ["licenses:read"] })).status).toBe(200);
    expect((await send(by, "POST", `${path}/reactivate`)).json).toMatchObject({ status: "active" });
    expect((await send(by, "POST", `${path}/regenerate`)).status).toBe(200);
  });

  test.each<[string, Partial<CreateKeyInput>, Partial<UpdateKeyInput>]>([
    ["may manage keys", {}, {}],
    ["manages all keys", { grantsKeyManagement: true }, { managesKeys: "all" }],
  ])("and now %s gets no secret", async (_, maker, wider) => {
    const by = await manager(maker);
    const made = await make(by);
    await edit({ id: made.id, permissions: ["licenses:read", "keys:manage"], ...wider });
    expectProblem(await send(by, "POST", `/${made.id}/regenerate`), "permission_denied", {
      missingPermissions: ["keys:manage"],
    });
  });
});

test("A key that manages all reaches itself, gains nothing by it, and can cut itself off", async () => {
  const by = await bounded({ managesKeys: "all" });
  const path = `/${by.key.id}`;
  for (const [, wanted, check] of TOO_FAR.filter(([what]) => !what.startsWith("keys:manage")))
    check(await send(by, "PATCH", path, wanted()));
  // It would have a secret that nobody knows of who has the present one.
  expectProblem(await send(by, "POST", `${path}/regenerate`), "permission_denied", {
    missingPermissions: ["keys:manage"],
  });
  expect((await send(by, "PATCH", path, { rateLimits: { ...LIMITS, minute: 900 } })).status).toBe(200);
  exceeds("rateLimits.minute")(await send(by, "PATCH", path, { rateLimits: LIMITS }));
  expect((await send(by, "POST", `${path}/revoke`)).json).toMatchObject({ status: "inactive" });
  expectProblem(await send(by, "GET", path), "key_revoked");
});

test("A permission can be narrowed to a part of it that the calling key does not have", async () => {
  const by = await manager({ permissions: ["keys:manage", "customers:read"] });
  const { id } = await make(by, { permissions: ["customers:read"] });
  await edit({ id, permissions: ["licenses:manage"] });
  const answer = await send(by, "PATCH", `/${id}`, { permissions: ["licenses:read"] });
  expect(answer.status, answer.text).toBe(200);
});
