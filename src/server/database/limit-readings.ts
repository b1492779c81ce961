import { customType } from "drizzle-orm/pg-core";
import type { LimitReading } from "@/contracts/requests";

/** As text: `minute 1000 999`, with a comma between two. A third of the room that JSON takes, in nearly every row of the log. */
export function limitReadingsText(readings: readonly LimitReading[]): string {
  return readings.map(({ name, limit, remaining }) => `${name} ${limit} ${remaining}`).join();
}

/** A column of {@link limitReadingsText}. */
export const limitReadingsColumn = customType<{ data: LimitReading[]; driverData: string }>({
  dataType: () => "text",
  toDriver: limitReadingsText,
  fromDriver: (text) =>
    (text === "" ? [] : text.split(",")).map((reading) => {
      const [name = "", limit, remaining] = reading.split(" ");
      return { name, limit: Number(limit), remaining: Number(remaining) };
    }),
});
