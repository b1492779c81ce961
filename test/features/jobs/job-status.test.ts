import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import type { JobStatus } from "@/contracts/jobs";
import type { JobOutcome } from "@/contracts/schemas/jobs";
import { JobProgress, JobStatusBadge } from "@/features/jobs/job-status";

function shown(status: JobStatus, outcome: JobOutcome | null): string {
  const progress = { done: 1_000, total: 1_000 };
  const value = { type: "customers.import", status, progress, outcome } as const;
  return [JobStatusBadge, JobProgress]
    .map((part) => renderToStaticMarkup(createElement(part, { value })).replace(/<[^>]*>/g, ""))
    .join(" | ");
}

describe("A job that went through all its rows", () => {
  test.each<[JobOutcome | null, string]>([
    [{ succeeded: 1_000, failed: 0 }, "Succeeded | 1,000 of 1,000 · 100 %"],
    [null, "Succeeded | 1,000 of 1,000 · 100 %"],
    [{ succeeded: 999, failed: 1 }, "Some rows failed | 1,000 of 1,000 · 100 % · 1 failed"],
    [{ succeeded: 0, failed: 1_000 }, "All rows failed | 1,000 of 1,000 · 100 % · 1,000 failed"],
  ])("is no plain success where rows failed: %j", (outcome, text) => {
    expect(shown("succeeded", outcome)).toBe(text);
  });
});
