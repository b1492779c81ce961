import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import type { RequestView } from "@/contracts/requests";
import { NarrowCallCell, PathCell } from "@/features/logs/log-columns";

const CALL: RequestView = {
  rowId: "00000000-0000-4000-8000-000000000000",
  requestId: "req_01h2xcejqtf2nbrexx3vqjhp41",
  at: "2026-11-28T12:00:00.000Z",
  level: "error",
  method: "GET",
  path: "/api/v1/staging/nowhere",
  query: null,
  route: null,
  status: 404,
  code: "not_found",
  durationMs: 1,
  environment: "staging",
  key: null,
  address: null,
  standsFor: null,
};

/** The text of a cell on a wide screen, and on a phone. */
function cellsOf(call: Partial<RequestView>): string[] {
  return [PathCell, NarrowCallCell].map((cell) =>
    renderToStaticMarkup(createElement(cell, { value: { ...CALL, ...call } })).replace(/<[^>]*>/g, " "),
  );
}

describe("The path of a call in a list", () => {
  test("is the one below the base of the environment", () => {
    for (const text of cellsOf({})) expect(text).toMatch(/(^| )\/nowhere /);
  });

  test("is that as well in a row which stands for many calls, and says for how many, on a phone too", () => {
    for (const text of cellsOf({ standsFor: 1_200 })) {
      expect(text).toMatch(/1,200 × (GET )?\/nowhere /);
      expect(text).not.toContain("/api/v1");
    }
  });
});
