import { expect, test } from "vitest";
import { grouped } from "@/contracts/numbers";

test.each([0, 7, 999, 1_000, 12_345, 100_000, 1_000_000, 1_234_567_890])(
  "%d has its commas where English has them",
  (number) => {
    expect(grouped(number)).toBe(number.toLocaleString("en"));
  },
);
