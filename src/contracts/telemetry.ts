import { DAY_MS } from "./durations";
import type { Environment } from "./environments";
import type { JsonBounds } from "./json";
import type { TelemetryEvent } from "./schemas/telemetry";

/**
 * What can be odd about an event, checked when it arrives. A licence of another environment is an unknown one: telling
 * the two apart would take a look into the other environment, and would let a key find out which licences exist there.
 */
export const TELEMETRY_FLAGS = {
  unknown_license: "Unknown licence",
  license_revoked: "Revoked licence",
  license_suspended: "Suspended licence",
  license_expired: "Expired licence",
  not_activated: "Not activated on this device",
  unreadable_text: "Unreadable characters, replaced",
} as const;

export type TelemetryFlag = keyof typeof TELEMETRY_FLAGS;

export const TELEMETRY_FLAG_NAMES = Object.keys(TELEMETRY_FLAGS) as [TelemetryFlag, ...TelemetryFlag[]];

export const MAX_EVENTS = 1_000;

/** Of the data of one event. */
export const EVENT_DATA_BOUNDS: JsonBounds = { bytes: 8_192, levels: 8 };

/** The most days that the console's chart shows. */
export const MAX_CHART_DAYS = 366;
/** How many it shows where nothing else is asked for, today included. */
export const DEFAULT_CHART_DAYS = 30;

/** The UTC day so many days after another one, or before it. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** What events can be narrowed by whose values nobody keeps a list of. */
export const TELEMETRY_NAMES = ["type", "product"] as const;

/** An event as the console shows it, where rows of all environments stand side by side. */
export interface TelemetryEventView extends TelemetryEvent {
  environment: Environment;
}

/** One day of the console's chart, `YYYY-MM-DD` in UTC. */
export interface TelemetryDay {
  day: string;
  flagged: number;
  unflagged: number;
}
