import { tzOffset } from "@date-fns/tz";
import { DAY_MS, MINUTE_MS } from "@/contracts/durations";

/** Instants as text in a time zone. */
export type ZonedFormat = (at: number, timeZone: string) => string;

/** A format of which each zone's formatter is made once: making one takes far longer than using it, and lists have a hundred rows. */
export function zonedFormat(options: Intl.DateTimeFormatOptions): ZonedFormat {
  const formatters = new Map<string, Intl.DateTimeFormat>();
  return (at, timeZone) => {
    const formatter = formatters.get(timeZone) ?? new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
    formatters.set(timeZone, formatter);
    return formatter.format(at);
  };
}

/** As headings and labels name a zone: its city, or `UTC`. */
export function zoneName(timeZone: string): string {
  return (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");
}

/** The zone of this browser. For the browser only: the server has one of its own. */
export function browserTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const TO_THE_SECOND = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;

/** Day and time to the millisecond: `23 Nov 10:42:07.318`. For where the year and the zone go without saying. */
export const exactTime: ZonedFormat = (at, timeZone) => toTheMillisecond(at, timeZone).replace(",", "");

const toTheMillisecond = zonedFormat({
  day: "2-digit",
  month: "short",
  ...TO_THE_SECOND,
  fractionalSecondDigits: 3,
});

/** The instant in full, with the zone: `Mon, 23 Nov 2026, 10:42:07 UTC`. */
export const fullTime = withOffset(
  zonedFormat({ weekday: "short", day: "numeric", month: "short", year: "numeric", ...TO_THE_SECOND }),
);

/** The instant in UTC, in full. */
export const utcTime = (at: number) => fullTime(at, "UTC");

/** What clock and calendar of a zone show at an instant, as `<input type="datetime-local">` takes it: `2026-11-23T10:42:07`. */
export function wallClockOf(at: number, timeZone: string): string {
  return new Date(at + offsetAt(at, timeZone)).toISOString().slice(0, 19);
}

/**
 * The instant at which clock and calendar of a zone show that. Of an hour that comes twice, when clocks go back, it is the
 * first; of one that is left out, the same time after it (RFC 5545, section 3.3.5).
 * @returns NaN for what is no date
 */
export function instantOf(wallClock: string, timeZone: string): number {
  const shown = Date.parse(`${wallClock}Z`);
  // Clocks are put back or forward at most once in two days: these are the offsets before and after.
  const before = shown - offsetAt(shown - DAY_MS, timeZone);
  const after = shown - offsetAt(shown + DAY_MS, timeZone);
  const isShown = (at: number) => at + offsetAt(at, timeZone) === shown;
  return [before, after].find(isShown) ?? before;
}

/** A format that says how far the zone is from UTC. Not by Intl: server and browser abbreviate some zones differently. */
export function withOffset(format: ZonedFormat): ZonedFormat {
  return (at, timeZone) => `${format(at, timeZone)} ${offsetName(at, timeZone)}`;
}

function offsetName(at: number, timeZone: string): string {
  if (timeZone === "UTC") return "UTC";
  const minutes = Math.round(offsetAt(at, timeZone) / MINUTE_MS);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `GMT${minutes < 0 ? "-" : "+"}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  return tzOffset(timeZone, new Date(at)) * MINUTE_MS;
}
