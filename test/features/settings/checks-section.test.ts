import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { CheckList } from "@/features/settings/checks-section";

test("Settings shows what is wrong first, each with its cure", () => {
  const html = renderToStaticMarkup(
    createElement(CheckList, {
      checks: [
        { check: "clock", state: "ok", says: "It agrees.", cure: null },
        { check: "proxies", state: "warning", says: "None is counted.", cure: "Set TRUSTED_PROXIES." },
        { check: "limits", state: "error", says: "Redis is away.", cure: "Check REDIS_URL." },
      ],
    }),
  );
  const text = html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
  expect(text).toBe(
    " Error · limits: Redis is away. Check REDIS_URL. Warning · proxies: None is counted. Set TRUSTED_PROXIES. OK · clock: It agrees. ",
  );
});
