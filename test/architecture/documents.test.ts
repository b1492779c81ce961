import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

/** A test that a document names: `test/….test.ts`, and its title where one follows. */
interface Citation {
  file: string;
  title: string | undefined;
}

function citationsIn(markdown: string): Citation[] {
  const cited = markdown.matchAll(/`(test\/[\w./-]+\.test\.tsx?)`(?: › “([^”]+)”)?/g);
  return [...cited].map(([, file = "", title]) => ({ file, title }));
}

/** Why a citation leads nowhere, or null. */
function fault({ file, title }: Citation): string | null {
  if (!existsSync(file)) return `${file} does not exist`;
  // In quotes: a few words of a title are no title.
  const quoted = (quote: string) => readFileSync(file, "utf8").includes(quote + title + quote);
  if (title === undefined || ['"', "'", "`"].some(quoted)) return null;
  return `${file} has no test titled “${title}”`;
}

const documents = readdirSync("docs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => path.join("docs", name));

describe("A test that is named in a document", () => {
  test("is seen by this check, with or without its title", () => {
    const seen = citationsIn("| `test/a.test.ts` › “holds, always” | `test/b/c.test.ts` |");
    expect(seen).toEqual([
      { file: "test/a.test.ts", title: "holds, always" },
      { file: "test/b/c.test.ts", title: undefined },
    ]);
    expect(fault({ file: "test/absent.test.ts", title: undefined })).toMatch(/does not exist/);
    const here = (title: string) => fault({ file: "test/architecture/documents.test.ts", title });
    expect(here("A test that is named in a document")).toBeNull();
    for (const title of [["no", "such"].join(" "), ["A", "test", "that"].join(" ")])
      expect(here(title)).toMatch(/has no test/);
  });

  test.each(documents)("exists: %s", (document) => {
    const faults = citationsIn(readFileSync(document, "utf8")).map(fault).filter(Boolean);
    expect(faults, "Name the test that holds it now, or say in the document that nothing does.").toEqual([]);
  });

  test("is there at all: docs/security.md names the tests of every kind of attack", () => {
    expect(citationsIn(readFileSync("docs/security.md", "utf8")).length).toBeGreaterThan(60);
  });
});
