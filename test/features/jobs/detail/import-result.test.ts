import { describe, expect, test } from "vitest";
import { readImportResult } from "@/features/jobs/detail/import-result";

/** Answers as the procedure does: each stretch under the place that asks for it. */
function stretches(...texts: string[]) {
  const asked: (number | null)[] = [];
  const read = async (after: number | null) => {
    asked.push(after);
    const place = after ?? 0;
    return { text: texts[place] ?? "", next: place + 1 < texts.length ? place + 1 : null };
  };
  return { asked, read };
}

describe("What became of an import", () => {
  test("is told of all its stretches, not of the first alone", async () => {
    const { asked, read } = stretches(
      "line,email,id,outcome,problem\r\n2,ada@acme.example,cus_1,imported,\r\n",
      "3,bob@acme.example,cus_2,imported,\r\n",
      '4,nobody,,failed,"email: Invalid, it seems"\r\n5,cyd@acme.example,cus_3,imported,\r\n',
    );
    expect(await readImportResult(read)).toEqual({
      imported: 3,
      failed: [{ line: "4", email: "nobody", problem: "email: Invalid, it seems" }],
    });
    expect(asked).toEqual([null, 1, 2]);
  });

  test("is nothing told of where a stretch cannot be read", async () => {
    const read = async (after: number | null) => {
      if (after !== null) throw new Error("away");
      return { text: "line,email,id,outcome,problem\r\n", next: 1 };
    };
    await expect(readImportResult(read)).rejects.toThrow("away");
  });
});
