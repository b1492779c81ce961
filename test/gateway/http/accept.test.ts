import { expect, test } from "vitest";
import { prefersNdjson } from "@/gateway/http/accept";

test.each([
  ["application/x-ndjson", true],
  ["Application/X-NDJSON", true],
  ["application/*", true],
  ["application/x-ndjson, text/csv;q=0.9", true],
  ["application/x-ndjson, */*;q=0.1", true],
  ["text/*;q=0.2, application/x-ndjson;q=0.3", true],
  ["text/csv;q=0, */*", true],
  ["application/x-ndjson;charset=utf-8;q=0.5, text/csv;q=0.4", true],
  [undefined, false],
  ["", false],
  ["*/*", false],
  ["text/csv", false],
  ["text/csv, application/x-ndjson", false],
  ["application/x-ndjson;q=0.5, text/csv", false],
  ["application/x-ndjson;q=0.5, */*", false],
  ["application/x-ndjson;q=0", false],
  ["application/x-ndjson;q=nonsense, text/csv;q=0.1", true],
  ["application/json", false],
  ["nonsense, ,;", false],
])("Accept %s asks for NDJSON rather than CSV: %s", (accept, isNdjson) => {
  expect(prefersNdjson(accept)).toBe(isNdjson);
});
