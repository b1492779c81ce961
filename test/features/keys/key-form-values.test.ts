import { expect, test } from "vitest";
import {
  changesOf,
  type KeyFormValues,
  newKeySchema,
  newKeyValues,
  toCreateInput,
} from "@/features/keys/form/key-form-values";
import { issuesOf } from "@/lib/errors";

const NOW = new Date("2026-11-01T12:00:00Z");
const CUSTOMER = { id: "cus_01", email: "a@example.com", name: null } as const;

const FILLED: KeyFormValues = {
  ...newKeyValues("staging", "owner@acme.example"),
  name: "Main",
  permissions: ["customers:read"],
  rateLimits: { minute: "1,000", hour: "", day: "5000" },
  customers: { scoped: true, chosen: [CUSTOMER] },
  ipAllowlist: "10.0.0.1\n\n10.1.0.0/16, 10.2.0.1",
  allowedOrigins: "https://a.example\nhttps://b.example",
  tags: "web, nightly",
};

test("A form for a key asks for what its fields say, and for no more", () => {
  expect(toCreateInput(FILLED, NOW)).toEqual({
    name: "Main",
    description: "",
    environment: "staging",
    permissions: ["customers:read"],
    rateLimits: { minute: 1000, day: 5000 },
    expiresAt: null,
    customers: ["cus_01"],
    ipAllowlist: ["10.0.0.1", "10.1.0.0/16", "10.2.0.1"],
    allowedOrigins: ["https://a.example", "https://b.example"],
    owner: "owner@acme.example",
    tags: ["web", "nightly"],
    managesKeys: "own",
    grantsKeyManagement: false,
  });
  expect(toCreateInput({ ...FILLED, owner: " ", tags: "" }, NOW)).toMatchObject({ owner: null, tags: [] });
});

test("A key that is scoped stays so when its last customer is taken off the form", () => {
  const none = { ...FILLED, customers: { scoped: true, chosen: [] } };
  expect(toCreateInput(none, NOW).customers).toEqual([]);
  expect(toCreateInput({ ...none, customers: { scoped: false, chosen: [CUSTOMER] } }, NOW).customers).toBe(
    null,
  );
});

test("A change sends what was touched, and nothing where all is as it was", () => {
  expect(
    changesOf(FILLED, { ...FILLED, name: " Main ", ipAllowlist: "10.0.0.1,10.1.0.0/16\n10.2.0.1" }, NOW),
  ).toEqual({});
  expect(changesOf(FILLED, { ...FILLED, allowedOrigins: "https://a.example" }, NOW)).toEqual({
    allowedOrigins: ["https://a.example"],
  });
  expect(changesOf(FILLED, { ...FILLED, managesKeys: "all", grantsKeyManagement: true }, NOW)).toEqual({
    managesKeys: "all",
    grantsKeyManagement: true,
  });
  expect(changesOf(FILLED, { ...FILLED, owner: "", tags: "nightly,web" }, NOW)).toEqual({ owner: null });
  expect(changesOf(FILLED, { ...FILLED, rateLimits: { minute: "ten", hour: "", day: "" } }, NOW)).toEqual({
    rateLimits: { minute: Number.NaN },
  });
  expect(changesOf(FILLED, { ...FILLED, customers: { scoped: false, chosen: [CUSTOMER] } }, NOW)).toEqual({
    customers: null,
  });
});

test("An expiry in the past is refused beside what else is wrong", () => {
  const values = {
    ...FILLED,
    name: "",
    expiresAt: { expiry: "custom", customExpiry: "2020-01-01T00:00:00.000Z" },
  } as const;
  expect(issuesOf(newKeySchema.safeParse(toCreateInput(values, NOW)))).toEqual([
    { path: "name", message: expect.any(String) },
    { path: "customers.0", message: expect.any(String) },
    { path: "expiresAt", message: "Must be in the future" },
  ]);
});
