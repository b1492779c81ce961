/** A day as addresses and forms have it (RFC 3339, section 5.6, full-date): one that the calendar has. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const start = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(start.getTime()) && start.toISOString().startsWith(value);
}

const TIME_OF_DAY = /^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 time with an offset. Years 1970 to 9999, what a timestamptz and a Date both hold. */
export function isTimestamp(value: string): boolean {
  if (!isDay(value.slice(0, 10)) || !TIME_OF_DAY.test(value.slice(10))) return false;
  const time = Date.parse(value);
  return time >= 0 && time < Date.UTC(10_000, 0, 1);
}
