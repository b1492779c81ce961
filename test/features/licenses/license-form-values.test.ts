import { expect, test } from "vitest";
import { createLicenseInEnvironmentSchema, editLicenseSchema } from "@/contracts/schemas/licenses";
import {
  changesOf,
  type LicenseFormValues,
  newLicenseValues,
  toCreateInput,
  toGenerateInput,
} from "@/features/licenses/form/license-form-values";
import { issuesOf } from "@/lib/errors";

const NOW = new Date("2026-11-01T12:00:00Z");
const FILLED: LicenseFormValues = {
  ...newLicenseValues("staging", "none"),
  product: "Editor",
  features: "export\nsync",
};
const WITHOUT_OWNER = { ...FILLED, owner: "existing" } as const;

test("A form for a licence asks for what its fields say, and for no more", () => {
  const terms = {
    environment: "staging",
    product: "Editor",
    activationLimit: 1,
    expiresAt: null,
    features: ["export", "sync"],
  };
  expect(toCreateInput(FILLED, NOW)).toEqual(terms);
  const owned = { ...FILLED, owner: "new", customer: { email: "a@example.com" }, key: " K-1 " } as const;
  expect(toCreateInput(owned, NOW)).toEqual({ ...terms, customer: { email: "a@example.com" }, key: "K-1" });
  expect(toGenerateInput({ ...FILLED, count: "1,000" }, NOW)).toEqual({ ...terms, count: 1000 });
});

test("An owner that was not chosen is refused, and never taken for none", () => {
  const created = createLicenseInEnvironmentSchema.safeParse(toCreateInput(WITHOUT_OWNER, NOW));
  expect(issuesOf(created)).toMatchObject([{ path: "customerId" }]);
  const changed = editLicenseSchema.safeParse(changesOf(FILLED, WITHOUT_OWNER, NOW));
  expect(issuesOf(changed)).toMatchObject([{ path: "customerId" }]);
  expect(changesOf(WITHOUT_OWNER, FILLED, NOW)).toEqual({ customerId: null });
});

test("A change sends what was touched, and what cannot be read is refused", () => {
  expect(changesOf(FILLED, { ...FILLED }, NOW)).toEqual({});
  const nonsense = changesOf(FILLED, { ...FILLED, activationLimit: "many", metadata: "{" }, NOW);
  expect(issuesOf(editLicenseSchema.safeParse(nonsense))).toMatchObject([
    { path: "activationLimit" },
    { path: "metadata" },
  ]);
});
