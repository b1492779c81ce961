import { expect, test } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import { rateLimitHeaders } from "@/gateway/http/rate-limit-headers";
import { decide } from "@/server/rate-limit/decision";

const MIDNIGHT = Date.parse("2026-12-01T00:00:00Z");

function headersAt(now: number) {
  const policy = { name: "minute", limit: 5, windowMs: MINUTE_MS };
  return rateLimitHeaders(decide([{ policy, counts: { current: 1, previous: 0 } }], now));
}

test.each([
  ["at its first instant", MIDNIGHT, 60],
  ["a millisecond later", MIDNIGHT + 1, 60],
  ["in its last second", MIDNIGHT + 59_001, 1],
])("A window decided on %s resets within its own length", (_, now, seconds) => {
  expect(headersAt(now)).toEqual({
    "RateLimit-Policy": '"minute";q=5;w=60',
    RateLimit: `"minute";r=4;t=${seconds}`,
  });
});
