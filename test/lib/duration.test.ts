import { expect, test } from "vitest";
import { durationText } from "@/lib/duration";

test.each([
  [0.42, "0.4 ms"],
  [9.94, "9.9 ms"],
  [12.4, "12 ms"],
  [999, "999 ms"],
  [3_249, "3.2 s"],
  [119_900, "119.9 s"],
  [120_000, "2 min"],
  [3_600_000, "60 min"],
])("%d ms that something took is said as %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
