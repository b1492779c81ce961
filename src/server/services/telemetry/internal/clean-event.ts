import { type CleanJsonObject, cleanObject, jsonProblem } from "@/contracts/json";
import type { SentEvent } from "@/contracts/schemas/telemetry";
import { EVENT_DATA_BOUNDS } from "@/contracts/telemetry";
import { type CleanText, cleaned, textProblem } from "@/contracts/text";

const TEXTS = ["type", "product", "version", "licenseKey", "identifier"] as const;

/** An event as it can be stored. */
export type CleanEvent = Omit<SentEvent, (typeof TEXTS)[number] | "data"> & { type: CleanText } & {
  [Field in Exclude<(typeof TEXTS)[number], "type">]: CleanText | undefined;
} & { data: CleanJsonObject; altered: boolean };

/** The event without what cannot be stored or shown; `altered` where that makes a difference. */
export function cleanEvent(event: SentEvent): CleanEvent {
  const { type, product, version, licenseKey, identifier, data = {}, ...rest } = event;
  const optional = (text: string | undefined) => (text === undefined ? undefined : cleaned(text));
  const texts = TEXTS.flatMap((field) => event[field] ?? []);
  return {
    ...rest,
    type: cleaned(type),
    product: optional(product),
    version: optional(version),
    licenseKey: optional(licenseKey),
    identifier: optional(identifier),
    data: cleanObject(data),
    altered: texts.some(textProblem) || jsonProblem(data, EVENT_DATA_BOUNDS) !== null,
  };
}
