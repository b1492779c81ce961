import { DAY_MS, MINUTE_MS } from "@/contracts/durations";

/** The choices of the field "Expires". `days` counts from the moment of saving. */
export const EXPIRY_CHOICES = {
  never: { label: "Never" },
  "30": { label: "30 days", days: 30 },
  "90": { label: "90 days", days: 90 },
  "365": { label: "365 days", days: 365 },
  custom: { label: "Custom" },
} as const satisfies Record<string, { label: string; days?: number }>;

export type ExpiryChoice = keyof typeof EXPIRY_CHOICES;

/** What the fields of an expiry hold while somebody chooses. */
export interface ExpiryValues {
  expiry: ExpiryChoice;
  /** In RFC 3339, "" while there is none; read only when `expiry` is "custom". */
  customExpiry: string;
}

/** The fields for an expiry that is there already. */
export function expiryValuesOf(expiresAt: string | null): ExpiryValues {
  if (expiresAt === null) return { expiry: "never", customExpiry: "" };
  return { expiry: "custom", customExpiry: expiresAt };
}

/** The instant that the fields mean, or `null` for never. Where no date is chosen it is "", which no schema accepts. */
export function toExpiresAt(values: ExpiryValues, now: Date): string | null {
  if (values.expiry === "never") return null;
  if (values.expiry === "custom") return values.customExpiry;
  return new Date(now.getTime() + EXPIRY_CHOICES[values.expiry].days * DAY_MS).toISOString();
}

/** What an expiry has to keep to. */
export interface ExpiryBound {
  /** The last instant that is allowed, in milliseconds; null: any. */
  latest: number | null;
  /** The rules, as sentences. */
  reason: string;
}

/** Milliseconds by which a time of the browser's clock may be ahead: less than it takes to fill in a form. */
const SLACK_MS = MINUTE_MS;

/** Whether a choice of the field keeps to the bound. Never does not keep to any. */
export function isWithin(bound: ExpiryBound | null, choice: ExpiryChoice, now: Date): boolean {
  if (!bound || choice === "custom") return true;
  if (choice === "never") return false;
  return (
    bound.latest === null || now.getTime() + EXPIRY_CHOICES[choice].days * DAY_MS <= bound.latest + SLACK_MS
  );
}

const PRESETS = ["365", "90", "30"] as const;
/** Where an expiry is required and nothing says how long it may be. */
const USUAL = "90";

/** What was chosen, or where the bound does not allow that: the longest there is to choose within it. */
export function expiryWithin(bound: ExpiryBound | null, values: ExpiryValues, now: Date): ExpiryValues {
  if (!bound || isWithin(bound, values.expiry, now)) return values;
  if (bound.latest === null) return { ...values, expiry: USUAL };
  const preset = PRESETS.find((choice) => isWithin(bound, choice, now));
  return preset
    ? { ...values, expiry: preset }
    : { expiry: "custom", customExpiry: new Date(bound.latest).toISOString() };
}
