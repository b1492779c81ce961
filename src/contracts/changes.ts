import type { z } from "zod";

/**
 * Refuses a change that names nothing to change. Silent about one that is wrong already: of a single unknown field it
 * would be a second error, about the same mistake.
 */
export function atLeastOne(noun: "field" | "setting") {
  return ({ value, issues }: z.core.ParsePayload<object>): void => {
    if (issues.length > 0 || Object.keys(value).length > 0) return;
    issues.push({ code: "custom", message: `Name at least one ${noun} to change`, input: value, path: [] });
  };
}
