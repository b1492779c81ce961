import { expect, test } from "vitest";
import { importResultIn } from "@/features/jobs/detail/import-result";

test("What became of an import is told of every row of its result", () => {
  const result = [
    "line,email,id,outcome,problem",
    "2,ada@acme.example,cus_1,imported,",
    "3,bob@acme.example,cus_2,imported,",
    '4,nobody,,failed,"email: Invalid, it seems"',
    "5,cyd@acme.example,cus_3,imported,",
    "",
  ].join("\r\n");
  expect(importResultIn(result)).toEqual({
    imported: 3,
    failed: [{ line: "4", email: "nobody", problem: "email: Invalid, it seems" }],
  });
});
