import { expect, test } from "vitest";
import { byteSize } from "@/lib/byte-size";

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_000, "1 kB"],
  [24_576, "25 kB"],
  [999_499, "999 kB"],
  [999_500, "1 MB"],
  [3_145_728, "3.1 MB"],
  [70_000_000_000, "70 GB"],
  [5e15, "5,000 TB"],
])("%d bytes are called %s", (bytes, words) => {
  expect(byteSize(bytes)).toBe(words);
});
