import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { createLicenseSchema, editLicenseSchema, type LicenseView } from "@/contracts/licenses";
import { type Metadata, NO_METADATA, readMetadata } from "@/contracts/metadata";
import { type ErrorField, issuesOf } from "@/lib/errors";
import { type ExpiryValues, expiryValuesOf, toExpiresAt } from "@/lib/expiry";
import { CHOOSE_ENVIRONMENT } from "@/lib/use-environment-choice";

/** A customer as the form needs it: enough to send and to show. */
export interface OwnerChoice {
  id: Id<"cus">;
  email: string;
}

/** What the fields of the form hold while somebody types; text stays text until it is sent. */
export interface LicenseFormValues extends ExpiryValues {
  /** Null: none was chosen yet. */
  environment: Environment | null;
  product: string;
  /** Apart from the two below, so that going back and forth loses nothing. */
  owner: "none" | "existing" | "new";
  customer: OwnerChoice | null;
  email: string;
  /** Empty: no limit. */
  activationLimit: string;
  /** One per line, or with commas between them. */
  features: string;
  /** As JSON. */
  metadata: string;
  key: string;
}

/** An empty form. One activation is what most licences are sold with, and a limit that is too low is noticed at once. */
export function newLicenseValues(environment: Environment | null): LicenseFormValues {
  return {
    environment,
    product: "",
    owner: "existing",
    customer: null,
    email: "",
    activationLimit: "1",
    ...expiryValuesOf(null),
    features: "",
    metadata: "",
    key: "",
  };
}

/** The form filled with what a licence is now. */
export function valuesOfLicense(license: LicenseView): LicenseFormValues {
  return {
    environment: license.environment,
    product: license.product,
    owner: license.customer ? "existing" : "none",
    customer: license.customer,
    email: "",
    activationLimit: license.activationLimit?.toString() ?? "",
    ...expiryValuesOf(license.expiresAt),
    features: license.features.join("\n"),
    metadata: JSON.stringify(license.metadata, null, 2),
    key: license.key,
  };
}

/** What the form asks the server to create, but for the environment. May be invalid: {@link createIssues} tells. */
export function toCreateInput(values: LicenseFormValues, now: Date) {
  const { product, owner, customer, email } = values;
  const key = values.key.trim();
  return {
    product,
    ...(owner === "existing" && customer ? { customerId: customer.id } : {}),
    ...(owner === "new" ? { customer: { email } } : {}),
    activationLimit: numberOf(values.activationLimit),
    expiresAt: toExpiresAt(values, now),
    features: featuresOf(values.features),
    ...(key === "" ? {} : { key }),
  };
}

/** The fields that differ from what the form was opened with. What nobody touched is not sent, and so cannot be reset. */
export function changesOf(initial: LicenseFormValues, values: LicenseFormValues, now: Date) {
  const differs = (...fields: (keyof LicenseFormValues)[]) =>
    fields.some((field) => JSON.stringify(initial[field]) !== JSON.stringify(values[field]));
  return {
    ...(differs("owner", "customer")
      ? { customerId: values.owner === "none" ? null : (values.customer?.id ?? null) }
      : {}),
    ...(differs("activationLimit") ? { activationLimit: numberOf(values.activationLimit) } : {}),
    ...(differs("expiry", "customExpiry") ? { expiresAt: toExpiresAt(values, now) } : {}),
    ...(differs("features") ? { features: featuresOf(values.features) } : {}),
    ...(differs("metadata") ? { metadata: metadataOf(values.metadata) } : {}),
  };
}

/**
 * What is wrong with a new licence, found before it is sent: a limit that is no number would travel as null, which
 * means no limit.
 */
export function createIssues(values: LicenseFormValues, now: Date): ErrorField[] {
  const parsed = createLicenseSchema.safeParse(toCreateInput(values, now));
  return [...environmentIssues(values), ...ownerIssues(values), ...limitIssues(values), ...issuesOf(parsed)];
}

/** What is wrong with changes to a licence. Having changed nothing is no fault; the form then sends nothing. */
export function updateIssues(initial: LicenseFormValues, values: LicenseFormValues, now: Date): ErrorField[] {
  const changes = changesOf(initial, values, now);
  if (Object.keys(changes).length === 0) return [];
  return [
    ...ownerIssues(values),
    ...limitIssues(values),
    ...metadataIssues(values),
    ...issuesOf(editLicenseSchema.safeParse(changes)),
  ];
}

/** That the environment, which nothing chooses for anybody, was left open. */
export function environmentIssues({ environment }: LicenseFormValues): ErrorField[] {
  return environment ? [] : [{ path: "environment", message: CHOOSE_ENVIRONMENT }];
}

/** That a customer is to own it, but none is chosen. */
export function ownerIssues({ owner, customer }: LicenseFormValues): ErrorField[] {
  if (owner !== "existing" || customer) return [];
  return [{ path: "customerId", message: "Choose a customer, or another kind of owner" }];
}

/** In words before the schema's own, which speak to programs. The first complaint about a field is the one shown. */
export function limitIssues({ activationLimit }: LicenseFormValues): ErrorField[] {
  if (!Number.isNaN(numberOf(activationLimit))) return [];
  return [{ path: "activationLimit", message: "Must be a whole number in digits, or empty" }];
}

function metadataIssues({ metadata }: LicenseFormValues): ErrorField[] {
  const read = readMetadata(metadata);
  return typeof read === "string" ? [{ path: "metadata", message: read }] : [];
}

/** The figure that was typed; null for none. NaN for text that is no number, which no schema accepts. */
export function numberOf(text: string): number | null {
  // People paste figures with thousands separators; they mean the figure.
  const digits = text.replaceAll(/[\s,_]/g, "");
  return digits === "" ? null : Number(digits);
}

/** None for text that is no metadata, which {@link metadataIssues} keeps from being sent. */
function metadataOf(text: string): Metadata {
  const read = readMetadata(text);
  return typeof read === "string" ? NO_METADATA : read;
}

function featuresOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((feature) => feature.trim())
    .filter((feature) => feature !== "");
}
