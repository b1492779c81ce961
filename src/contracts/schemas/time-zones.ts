import * as z from "zod";
import { isTimeZone } from "../time-zones";
import "./words";

/** A time zone such as `Europe/Berlin`. */
export const timeZoneSchema = z
  .string()
  .trim()
  .refine(isTimeZone, "Is not the name of a time zone, such as Europe/Berlin")
  .transform(inOwnCase);

/** As the database writes it, of whatever case it was typed in. An older name that it has for a place stays as it is. */
function inOwnCase(name: string): string {
  const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
  return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
}
