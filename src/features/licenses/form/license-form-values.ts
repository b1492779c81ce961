import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import { readMetadata } from "@/contracts/schemas/metadata";
import { type ExpiryValues, expiryValuesOf, toExpiresAt } from "@/lib/expiry";
import { linesOf, readDigits } from "@/lib/typed-text";

/** A customer as the form needs it: enough to send and to show. */
export interface OwnerChoice {
  id: Id<"cus">;
  email: string;
}

/** What the fields hold while somebody types, named as what is sent; text stays text until then. */
export interface LicenseFormValues {
  /** Null: none was chosen yet. */
  environment: Environment | null;
  product: string;
  /** How many are made alike. */
  count: string;
  /** Apart from the two below, so that going back and forth loses nothing. */
  owner: "none" | "existing" | "new";
  customerId: OwnerChoice | null;
  customer: { email: string };
  /** Empty: no limit. */
  activationLimit: string;
  expiresAt: ExpiryValues;
  /** One per line, or with commas between them. */
  features: string;
  /** As JSON. */
  metadata: string;
  key: string;
}

/** An empty form. One activation is what most licences are sold with, and a limit that is too low is noticed at once. */
export function newLicenseValues(
  environment: Environment | null,
  owner: LicenseFormValues["owner"],
): LicenseFormValues {
  return {
    environment,
    product: "",
    count: "100",
    owner,
    customerId: null,
    customer: { email: "" },
    activationLimit: "1",
    expiresAt: expiryValuesOf(null),
    features: "",
    metadata: "",
    key: "",
  };
}

/** The form filled with what a licence is now. */
export function valuesOfLicense(license: LicenseView): LicenseFormValues {
  return {
    ...newLicenseValues(license.environment, license.customer ? "existing" : "none"),
    product: license.product,
    customerId: license.customer,
    activationLimit: license.activationLimit?.toString() ?? "",
    expiresAt: expiryValuesOf(license.expiresAt),
    features: license.features.join("\n"),
    metadata: JSON.stringify(license.metadata, null, 2),
    key: license.key,
  };
}

/** What the form asks the server to create. */
export function toCreateInput(values: LicenseFormValues, now: Date) {
  const { owner, customer } = values;
  const key = values.key.trim();
  return {
    ...termsOf(values, now),
    ...(owner === "new" && { customer }),
    ...(key !== "" && { key }),
  };
}

/** What the form asks a job to generate: licences alike. */
export function toGenerateInput(values: LicenseFormValues, now: Date) {
  return { ...termsOf(values, now), count: readDigits(values.count) };
}

function termsOf(values: LicenseFormValues, now: Date) {
  const { environment, product, owner } = values;
  return {
    environment,
    product,
    ...(owner === "existing" && { customerId: ownerId(values) }),
    activationLimit: readDigits(values.activationLimit),
    expiresAt: toExpiresAt(values.expiresAt, now),
    features: linesOf(values.features),
  };
}

/** The fields that differ from what the form was opened with. What nobody touched is not sent, and so cannot be reset. */
export function changesOf(initial: LicenseFormValues, values: LicenseFormValues, now: Date) {
  const differs = (...fields: (keyof LicenseFormValues)[]) =>
    fields.some((field) => JSON.stringify(initial[field]) !== JSON.stringify(values[field]));
  return {
    ...(differs("owner", "customerId") && {
      customerId: values.owner === "none" ? null : ownerId(values),
    }),
    ...(differs("activationLimit") && { activationLimit: readDigits(values.activationLimit) }),
    ...(differs("expiresAt") && { expiresAt: toExpiresAt(values.expiresAt, now) }),
    ...(differs("features") && { features: linesOf(values.features) }),
    ...(differs("metadata") && { metadata: readMetadata(values.metadata) }),
  };
}

/** The customer that is to own it; "" while none is chosen, which no schema accepts. Null would take its owner away. */
function ownerId({ customerId }: LicenseFormValues): string {
  return customerId?.id ?? "";
}
