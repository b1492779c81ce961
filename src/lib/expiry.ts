import { DAY_MS } from "@/contracts/durations";

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
