import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import { REQUEST_PERIODS, type RequestPeriod } from "@/contracts/request-queries";
import { wallClockOf, zonedFormat, zoneName } from "@/lib/zoned-time";

const day = zonedFormat({ day: "numeric", month: "short" });
const clock = (at: number, seconds: boolean, zone: string) =>
  wallClockOf(at, zone).slice(11, seconds ? 19 : 16);
const dayAndClock = (at: number, seconds: boolean, zone: string) =>
  `${day(at, zone)} ${clock(at, seconds, zone)}`;
const hasSeconds = (at: number) => at % MINUTE_MS !== 0;

/** The time that is asked for, such as "last hour" or "23 Nov 10:00 to 11:30 UTC". */
export function timeWords(
  { period, from, to }: { period: RequestPeriod; from: string | null; to: string | null },
  timeZone: string,
): string {
  const [first, end] = [from === null ? null : Date.parse(from), to === null ? null : Date.parse(to)];
  if (first === null && end === null) return REQUEST_PERIODS[period].label;
  const zone = zoneName(timeZone);
  const start = first === null ? null : dayAndClock(first, hasSeconds(first), timeZone);
  if (end === null) return `since ${start} ${zone}`;
  const sameDay = first !== null && day(first, timeZone) === day(end, timeZone);
  const stop = (sameDay ? clock : dayAndClock)(end, hasSeconds(end), timeZone);
  return start === null ? `until ${stop} ${zone}` : `${start} to ${stop} ${zone}`;
}

/** A bucket of a chart in full ("23 Nov 12:15 to 12:16") and in short, as its length allows. */
export function bucketWords(at: number, seconds: number, timeZone: string): { label: string; tick: string } {
  const end = at + seconds * 1_000;
  // Buckets of days are those of UTC for everybody, as figures are kept by them.
  if (seconds * 1_000 >= DAY_MS) {
    const label = seconds * 1_000 === DAY_MS ? day(at, "UTC") : `${day(at, "UTC")} to ${day(end - 1, "UTC")}`;
    return { label, tick: day(at, "UTC") };
  }
  const fine = seconds < 60;
  const sameDay = day(at, timeZone) === day(end, timeZone) || seconds < 4 * 3_600;
  const label = `${dayAndClock(at, fine, timeZone)} to ${(sameDay ? clock : dayAndClock)(end, fine, timeZone)}`;
  // From four hours on a chart spans weeks, and the day says more than the hour.
  return { label, tick: seconds >= 4 * 3_600 ? day(at, timeZone) : clock(at, fine, timeZone) };
}
