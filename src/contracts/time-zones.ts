/** What times are shown in until somebody chooses: the zone of the log's days, and the same for all who talk about a row. */
export const DEFAULT_TIME_ZONE = "UTC";

/** Whether this process (or browser) knows a name of the IANA time zone database. Offsets such as `+01:00` are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w/+-]{0,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false; // RangeError (ECMA-402, section 11.1.2).
  }
}
