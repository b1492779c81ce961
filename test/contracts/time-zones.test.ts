import { expect, test } from "vitest";
import { timeZoneSchema } from "@/contracts/schemas/time-zones";

test("A time zone is kept as the database writes it, of whatever case it was typed in", () => {
  expect(timeZoneSchema.parse(" europe/berlin ")).toBe("Europe/Berlin");
  expect(timeZoneSchema.parse("UTC")).toBe("UTC");
  // An older name and the present one are of one place, and both are right.
  expect(timeZoneSchema.parse("Asia/Kolkata")).toMatch(/^Asia\/(Kolkata|Calcutta)$/);
});

test.each(["", "Mars/Olympus", "+01:00", "Europe/", "../etc"])("%o is no time zone", (name) => {
  expect(timeZoneSchema.safeParse(name).success).toBe(false);
});
