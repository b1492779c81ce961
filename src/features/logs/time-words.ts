import { MINUTE_MS } from "@/contracts/durations";
import { REQUEST_PERIODS, type RequestPeriod } from "@/contracts/request-queries";

/** In UTC throughout, so that server and browser say the same. */
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

const clock = (at: number, seconds: boolean) => new Date(at).toISOString().slice(11, seconds ? 19 : 16);
const dayAndClock = (at: number, seconds: boolean) => `${DAY.format(at)} ${clock(at, seconds)}`;
const hasSeconds = (at: number) => at % MINUTE_MS !== 0;

/** The time that is asked for, such as "last hour" or "23 Nov 10:00 to 11:30 UTC". */
export function timeWords({
  period,
  from,
  to,
}: {
  period: RequestPeriod;
  from: string | null;
  to: string | null;
}): string {
  const [first, end] = [from === null ? null : Date.parse(from), to === null ? null : Date.parse(to)];
  if (first === null && end === null) return REQUEST_PERIODS[period].label;
  const start = first === null ? null : dayAndClock(first, hasSeconds(first));
  if (end === null) return `since ${start} UTC`;
  const sameDay = first !== null && DAY.format(first) === DAY.format(end);
  const stop = sameDay ? clock(end, hasSeconds(end)) : dayAndClock(end, hasSeconds(end));
  return start === null ? `until ${stop} UTC` : `${start} to ${stop} UTC`;
}

/** A bucket of a chart in full ("23 Nov 12:15 to 12:16") and in short, as its length allows. */
export function bucketWords(at: number, seconds: number): { label: string; tick: string } {
  const end = at + seconds * 1_000;
  if (seconds >= 86_400) {
    const days = seconds / 86_400;
    const label = days === 1 ? DAY.format(at) : `${DAY.format(at)} to ${DAY.format(end - 1)}`;
    return { label, tick: DAY.format(at) };
  }
  const fine = seconds < 60;
  const label = `${dayAndClock(at, fine)} to ${clock(end, fine)}`;
  // From four hours on a chart spans weeks, and the day says more than the hour.
  return { label, tick: seconds >= 4 * 3_600 ? DAY.format(at) : clock(at, fine) };
}
