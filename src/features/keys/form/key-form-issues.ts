import type { Environment } from "@/contracts/environments";
import { createKeySchema, RATE_LIMIT_WINDOW_NAMES, updateKeySchema } from "@/contracts/keys";
import { type ErrorField, failureOf, issuesOf } from "@/lib/errors";
import { CHOOSE_ENVIRONMENT } from "@/lib/use-environment-choice";
import { addressLines, type KeyFormValues, toRateLimits } from "./key-form-values";

const KEY_FORM_FIELDS = [
  "name",
  "description",
  "environment",
  "permissions",
  "rateLimits.minute",
  "rateLimits.hour",
  "rateLimits.day",
  "rateLimits",
  "expiresAt",
  "customers",
  "ipAllowlist",
] as const;

/** A field of the form, by its path in the input of create and update. */
export type KeyFormField = (typeof KEY_FORM_FIELDS)[number];

/** What is wrong, by field. */
export type KeyFormErrors = Partial<Record<KeyFormField, string>>;

/** Checks what would be sent to create a key, before it is sent. */
export function createIssues(
  input: { environment: Environment | null; expiresAt?: string | null },
  now: Date,
): ErrorField[] {
  return [...issuesOf(createKeySchema.safeParse(input)), ...expiryIssues(input.expiresAt, now)];
}

/** Checks what would be sent to change a key, before it is sent. */
export function updateIssues(input: { expiresAt?: string | null }, now: Date): ErrorField[] {
  return [...issuesOf(updateKeySchema.safeParse(input)), ...expiryIssues(input.expiresAt, now)];
}

/**
 * Puts each complaint beside the field it is about, in words that fit the field. What belongs to no field of the form is a
 * failure to show below them: else the form would refuse in silence.
 */
export function placeIssues(
  issues: readonly ErrorField[],
  values: KeyFormValues,
): { errors: KeyFormErrors; failure: unknown } {
  const errors: KeyFormErrors = {};
  const unplaced: ErrorField[] = [];
  for (const issue of issues) {
    const field = fieldOf(issue.path);
    if (field) errors[field] ??= wording(field, issue, values);
    else unplaced.push(issue);
  }
  return { errors, failure: failureOf(unplaced) };
}

/** An expiry in the past is well-formed, so the schema lets it through; only the server, whose clock counts, refuses it. */
function expiryIssues(expiresAt: string | null | undefined, now: Date): ErrorField[] {
  if (!expiresAt || Date.parse(expiresAt) > now.getTime()) return [];
  return [{ path: "expiresAt", message: "Must be in the future" }];
}

function fieldOf(path: string): KeyFormField | undefined {
  return (
    KEY_FORM_FIELDS.find((field) => field === path) ??
    KEY_FORM_FIELDS.find((field) => path.startsWith(`${field}.`))
  );
}

function wording(field: KeyFormField, issue: ErrorField, values: KeyFormValues): string {
  if (field === "environment" && values.environment === null) return CHOOSE_ENVIRONMENT;
  if (field === "expiresAt" && values.customExpiry === "") return "Choose a date and a time";
  if (field === "ipAllowlist") {
    const line = addressLines(values.addresses)[Number(issue.path.split(".")[1])];
    return line === undefined ? issue.message : `${line}: ${issue.message}`;
  }
  const window = RATE_LIMIT_WINDOW_NAMES.find((name) => field === `rateLimits.${name}`);
  if (window && Number.isNaN(toRateLimits(values.rateLimits)[window])) return "Must be a whole number";
  return issue.message;
}
