import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactTime, fullTime, instantOf, wallClockOf, zoneName } from "@/lib/zoned-time";

const at = Date.parse("2026-11-23T10:42:07.318Z");

describe("An instant", () => {
  test.each([
    ["UTC", "23 Nov 10:42:07.318", "Mon, 23 Nov 2026, 10:42:07 UTC"],
    ["Asia/Kathmandu", "23 Nov 16:27:07.318", "Mon, 23 Nov 2026, 16:27:07 GMT+5:45"],
    ["America/New_York", "23 Nov 05:42:07.318", "Mon, 23 Nov 2026, 05:42:07 GMT-5"],
    ["Europe/London", "23 Nov 10:42:07.318", "Mon, 23 Nov 2026, 10:42:07 GMT+0"],
  ])("in %s", (zone, exact, full) => {
    expect([exactTime(at, zone), fullTime(at, zone)]).toEqual([exact, full]);
  });
});

describe("What is typed as a date and a time", () => {
  test.each([
    ["2026-11-23T10:42", "UTC", "2026-11-23T10:42:00.000Z"],
    ["2026-11-23T10:42:07", "Asia/Kathmandu", "2026-11-23T04:57:07.000Z"],
    // Comes twice: the first. Is left out: the same time after it. West of Greenwich as east of it.
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
    ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
    ["2026-03-08T02:30", "America/New_York", "2026-03-08T07:30:00.000Z"],
    ["2026-10-25T03:30", "Europe/Berlin", "2026-10-25T02:30:00.000Z"],
  ])("%s in %s", (typed, zone, instant) => {
    expect(new Date(instantOf(typed, zone)).toISOString()).toBe(instant);
  });

  test.each(["", "2026-13-01T00:00", "yesterday"])("%j is no instant", (typed) => {
    expect(instantOf(typed, "Europe/Berlin")).toBeNaN();
  });

  test("shows again what was typed, in every zone and at any time, but for hours that no clock shows", () => {
    const zones = fc.constantFrom("UTC", ...Intl.supportedValuesOf("timeZone"));
    const seconds = fc.integer({ min: Date.UTC(1990, 0) / 1_000, max: Date.UTC(2060, 0) / 1_000 });
    fc.assert(
      fc.property(zones, seconds, (zone, second) => {
        const shown = wallClockOf(second * 1_000, zone);
        expect(wallClockOf(instantOf(shown, zone), zone)).toBe(shown);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("A zone is named by its place", () => {
  expect(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"].map(zoneName)).toEqual([
    "UTC",
    "Berlin",
    "Buenos Aires",
  ]);
});
