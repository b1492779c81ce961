import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { TooltipProvider } from "@/components/ui/tooltip";
import { SharedLogin } from "@/features/settings/isolation-section";

const REASON = "keyward_a is missing, or has another password";

const shown = (statements: string[]) =>
  renderToStaticMarkup(
    createElement(TooltipProvider, null, createElement(SharedLogin, { reason: REASON, statements })),
  );

describe("Where the environments share a login, Settings says", () => {
  test("what to run in the database, to copy", () => {
    const html = shown(["CREATE ROLE a LOGIN", "GRANT keyward_api TO b"]);
    expect(html).toContain(REASON);
    expect(html).toContain("CREATE ROLE a LOGIN;\nGRANT keyward_api TO b;");
    expect(html).toContain("Copy SQL");
  });

  test("that nothing is missing there, where something on the way to it turns the logins down", () => {
    const html = shown([]);
    expect(html).toContain(REASON);
    expect(html).toContain("The database is as it should be");
    expect(html).not.toContain("Copy SQL");
  });
});
