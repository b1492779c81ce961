import { expect, test } from "vitest";
import { spanWords } from "@/features/keys/replay-text";

test.each([
  [168, false, "the last 7 days"],
  [72, true, "the last 3 days, as far as the log goes back,"],
  [37, true, "the last 37 hours, as far as the log goes back,"],
  [1, true, "the last 1 hour, as far as the log goes back,"],
])("The span that limits were tried on, %d hours (cut: %s), is said as %s", (hours, cut, words) => {
  expect(spanWords({ hours, cut })).toBe(words);
});
