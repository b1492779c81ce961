import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startMount } from "@test/support/mounts";
import { beforeEach, describe, expect, inject, test, vi } from "vitest";
import { clearStamp, fingerprint, isBuilt, writeStamp } from "@/cli/build-stamp";

let root: string;
const at = (file: string) => path.join(root, file);

/** A tree that was just built. */
beforeEach(() => {
  root = mkdtempSync(path.join(inject("scratchDirectory"), "tree-"));
  for (const directory of ["src/a", "dist", ".next"]) mkdirSync(at(directory), { recursive: true });
  for (const file of [
    "src/a/one.ts",
    "src/two.ts",
    "package-lock.json",
    "dist/main.js",
    "dist/cli.js",
    ".next/BUILD_ID",
  ])
    writeFileSync(at(file), `// ${file}`);
  writeStamp(root, fingerprint(root));
});

describe("A build counts as that of the sources", () => {
  test("whatever the times of the files say", () => {
    utimesSync(at("src/two.ts"), 1, 1);
    expect(isBuilt(root)).toBe(true);
  });

  test.each<[string, () => void]>([
    ["a file has other contents", () => writeFileSync(at("src/two.ts"), "// other")],
    ["a file is new", () => writeFileSync(at("src/a/three.ts"), "")],
    ["a file is gone", () => rmSync(at("src/a/one.ts"))],
    ["a file has another name", () => renameSync(at("src/two.ts"), at("src/three.ts"))],
    ["a package has another version", () => writeFileSync(at("package-lock.json"), "{}")],
    ["the pages are gone", () => rmSync(at(".next/BUILD_ID"))],
    ["the command line is gone", () => rmSync(at("dist/cli.js"))],
    ["a build was begun and not ended", () => clearStamp(root)],
  ])("not when %s since", (_, change) => {
    expect(isBuilt(root)).toBe(true);
    change();
    expect(isBuilt(root)).toBe(false);
  });
});

test("No test runs against a build of other sources: it is told to build", async () => {
  writeFileSync(at("src/two.ts"), "// edited");
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(root);
  try {
    await expect(startMount("main.ts", "postgres://nowhere")).rejects.toThrow("npm run build");
  } finally {
    cwd.mockRestore();
  }
});
