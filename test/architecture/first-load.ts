import { importsOf, type Sources, targetOf } from "./source";

/** What Next draws a page of. */
const PAGE_PARTS = /^src\/app\/(?!api\/).*\b(page|layout|loading|error|global-error|not-found)\.tsx$/;

/** A file that a page loads, and the way to it from the first one on that runs in the browser; empty on the server. */
interface Loaded {
  file: string;
  way: readonly string[];
}

/**
 * How the first load of a page gets to a package: the files from the page's first one that runs in the browser to the one
 * that imports it. What is imported by `import()` comes later and does not count.
 */
export function firstLoadsOf(packageName: string, sources: Sources): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const waiting: Loaded[] = [...sources.keys()]
    .filter((file) => PAGE_PARTS.test(file))
    .map((file) => ({ file, way: [] }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const source = sources.get(next.file);
    const way = next.way.length > 0 || isClient(source?.text ?? "") ? [...next.way, next.file] : [];
    const visit = `${next.file} ${way.length > 0}`;
    if (!source || seen.has(visit)) continue;
    seen.add(visit);
    const loaded = importsOf(source).filter(({ typeOnly, dynamic }) => !typeOnly && !dynamic);
    for (const { specifier } of loaded) {
      const target = targetOf(next.file, specifier, sources);
      if ("file" in target) waiting.push({ file: target.file, way });
      else if (way.length > 0 && target.package === packageName) found.push(way.join(" -> "));
    }
  }
  return found;
}

/** Whether a file begins a part of the page that runs in the browser. */
function isClient(text: string): boolean {
  return /^["']use client["']/.test(text);
}
