import { cleanObject, jsonProblem } from "@/contracts/json";
import { maskLicenseKey } from "@/contracts/licenses";
import type { SentEvent } from "@/contracts/schemas/telemetry";
import { EVENT_DATA_BOUNDS } from "@/contracts/telemetry";
import { type CleanText, cleaned, isPlain, textProblem } from "@/contracts/text";

/** The texts of an event as they can be stored; absent is null. */
export interface CleanEvent {
  type: CleanText;
  product: CleanText | null;
  version: CleanText | null;
  /** By which the licence is looked up. */
  licenseKey: CleanText | null;
  /** Which is kept of it. */
  maskedKey: CleanText | null;
  identifier: CleanText | null;
  /** As JSON. */
  data: string;
  /** Whether something could not be stored or shown, and was replaced. */
  altered: boolean;
}

/** The event without what cannot be stored or shown. */
export function cleanEvent({ type, product, version, licenseKey, identifier, data }: SentEvent): CleanEvent {
  const texts = [type, product, version, licenseKey, identifier];
  const { json, altered } = cleanData(data);
  return {
    type: cleaned(type),
    product: optional(product),
    version: optional(version),
    licenseKey: optional(licenseKey),
    maskedKey: licenseKey === undefined ? null : cleaned(maskLicenseKey(licenseKey)),
    identifier: optional(identifier),
    data: json,
    altered: altered || texts.some((text) => text !== undefined && !isPlain(text) && textProblem(text)),
  };
}

const optional = (text: string | undefined) => (text === undefined ? null : cleaned(text));

/** Most data is plain, which its JSON shows at one look: what could not be kept would stand there as an escape. */
function cleanData(data: Record<string, unknown> = {}): { json: string; altered: boolean } {
  const json = JSON.stringify(data);
  if (isPlain(json) && !json.includes("\\")) return { json, altered: false };
  return { json: JSON.stringify(cleanObject(data)), altered: jsonProblem(data, EVENT_DATA_BOUNDS) !== null };
}
