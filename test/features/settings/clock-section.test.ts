import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import type { ClockView } from "@/contracts/settings";
import { ClockStatement } from "@/features/settings/clock-section";

const shown = (view: ClockView) => renderToStaticMarkup(createElement(ClockStatement, view));

describe("Of the clock, Settings says", () => {
  test.each([
    [-600_000, "is 10 min behind Postgres’"],
    [2_500, "is 2.5 s ahead of Postgres’"],
  ])("by how much it is off, and what to do: %i ms", (skewMs, words) => {
    const html = shown({ skewMs, isOff: true });
    expect(html).toContain(words);
    expect(html).toContain("timedatectl set-ntp true");
  });

  test("that it agrees, where it does", () => {
    const html = shown({ skewMs: -40, isOff: false });
    expect(html).toContain("agrees with Postgres’");
    expect(html).not.toContain("timedatectl");
  });
});
