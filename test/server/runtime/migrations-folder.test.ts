import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { migrationsFolder } from "@/server/runtime/migrations-folder";

/** An installed Keyward, and beside it a project of somebody's who uses drizzle as well. */
let root: string;
let link: string;
let other: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "keyward-tree-"));
  for (const folder of ["keyward/dist", "keyward/src/cli", "keyward/drizzle", "other/drizzle/meta", "bin"]) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  for (const file of ["dist/cli.js", "src/cli/main.ts", "drizzle/isolation.sql"]) {
    writeFileSync(path.join(root, "keyward", file), "");
  }
  other = path.join(root, "other");
  writeFileSync(path.join(other, "drizzle/meta/_journal.json"), "{}");
  link = path.join(root, "bin/keyward");
  symlinkSync(path.join(root, "keyward/dist/cli.js"), link);
});
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

test("a program applies the migrations of its own tree, wherever it is called from and through a link", () => {
  vi.spyOn(process, "cwd").mockReturnValue(other);
  const ours = path.join(root, "keyward/drizzle");
  for (const program of [
    path.join(root, "keyward/dist/cli.js"),
    path.join(root, "keyward/src/cli/main.ts"),
  ]) {
    expect(migrationsFolder(program)).toBe(ours);
  }
  expect(migrationsFolder(link)).toBe(ours);
});

test("what is no program of ours takes those of the working directory", () => {
  vi.spyOn(process, "cwd").mockReturnValue(other);
  expect(migrationsFolder(path.join(other, "server.js"))).toBe(path.join(other, "drizzle"));
});
