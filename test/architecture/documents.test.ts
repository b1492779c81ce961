import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROUTES } from "@/gateway/routes";

/** A test that a document names: `test/….test.ts`, and each title that follows. */
interface Citation {
  file: string;
  title: string | undefined;
}

function citationsIn(markdown: string): Citation[] {
  const cited = markdown.matchAll(/`(test\/[\w./-]+\.test\.tsx?)`( › “[^”]+”(?:, “[^”]+”)*)?/g);
  return [...cited].flatMap(([, file = "", titles = ""]) => {
    const named = [...titles.matchAll(/“([^”]+)”/g)].map(([, title]) => ({ file, title }));
    return named.length > 0 ? named : [{ file, title: undefined }];
  });
}

/** Why a citation leads nowhere, or null. */
function fault({ file, title }: Citation): string | null {
  if (!existsSync(file)) return `${file} does not exist`;
  // In quotes: a few words of a title are no title.
  const quoted = (quote: string) => readFileSync(file, "utf8").includes(quote + title + quote);
  if (title === undefined || ['"', "'", "`"].some(quoted)) return null;
  return `${file} has no test titled “${title}”`;
}

/** Paths of the repository that a document names, without patterns such as `src/features/<noun>/`. */
function pathsIn(markdown: string): string[] {
  const named = markdown.matchAll(/`((?:src|test|drizzle|docs)\/[^`\s<>*…]*)`/g);
  return [...named].map(([, name = ""]) => name);
}

const documents = readdirSync("docs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => path.join("docs", name));

describe("A test that is named in a document", () => {
  test("is seen by this check, with or without its title", () => {
    const seen = citationsIn(
      "| `test/a.test.ts` › “holds, always”, “and again” | `test/b/c.test.ts`, “so to say” |",
    );
    expect(seen).toEqual([
      { file: "test/a.test.ts", title: "holds, always" },
      { file: "test/a.test.ts", title: "and again" },
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

test("What happens when something goes wrong is told with the test that tries it, or as not tried", () => {
  const [, section = ""] = readFileSync("docs/operations.md", "utf8").split("\n## What happens when\n");
  const rows = section.split("\n").filter((line) => /^\| (?!when|---)/.test(line));
  expect(rows.length).toBeGreaterThanOrEqual(60);
  const untold = rows.filter((row) => citationsIn(row).length === 0 && !/\| not tried[^|]* \|$/.test(row));
  expect(untold).toEqual([]);
});

describe("A path that a document names", () => {
  test("is seen by this check", () => {
    expect(pathsIn("`src/env.ts`, `src/features/<noun>/`, `docs/a b`")).toEqual(["src/env.ts"]);
  });

  test.each([...documents, "README.md", "CONTRIBUTING.md", "SECURITY.md"])("exists: %s", (document) => {
    const absent = pathsIn(readFileSync(document, "utf8")).filter((name) => !existsSync(name));
    expect(absent, "The document names what has moved or gone.").toEqual([]);
  });

  test("is there for each of thirty questions of a newcomer", () => {
    const rows = readFileSync("docs/architecture.md", "utf8").match(/^\| .*\?\s+\| .*`src\/.*\|$/gm);
    expect(rows?.length).toBeGreaterThanOrEqual(30);
  });
});

test("The contract of the public API names every route", () => {
  const contract = readFileSync("docs/public-api.md", "utf8").replace(/`/g, "");
  // `GET|PATCH|DELETE /customers/{id}` and `/licenses/{id}/suspend|reinstate|revoke` stand for three each.
  const named = [
    ...contract.matchAll(/\b((?:GET|POST|PATCH|DELETE)(?:\|(?:GET|POST|PATCH|DELETE))*) (\/[\w/{}|-]+)/g),
  ];
  const routes = named.flatMap(([, methods = "", target = ""]) => {
    const [, base = "", last = ""] = /^(.*\/)([^/]*)$/.exec(target) ?? [];
    return methods.split("|").flatMap((method) => last.split("|").map((one) => `${method} ${base}${one}`));
  });
  expect(
    ROUTES.map(({ name }) => name).filter((name) => !routes.includes(name)),
    "Name the route in docs/public-api.md, with its method before its path.",
  ).toEqual([]);
  const known = [
    ...ROUTES.map(({ name }) => name),
    "GET /api/v1/openapi.json",
    "GET /api/v1/postman/collection.json",
    "GET /api/v1/postman/production.json",
    "GET /api/health",
    "GET /api/ready",
  ];
  expect(
    routes.filter((name) => !known.some((one) => one.startsWith(name))),
    "docs/public-api.md names a route that there is not.",
  ).toEqual([]);
});
