import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/** All that the outcome of a build depends on. Missing ones count as such. */
const INPUTS = [
  "src",
  "drizzle",
  "public",
  "package-lock.json",
  "next.config.ts",
  "tsconfig.json",
  "postcss.config.mjs",
];
/** What a build leaves behind, and `npm start` cannot do without. */
const OUTPUTS = ["dist/main.js", "dist/cli.js", ".next/BUILD_ID"];
/** The fingerprint of the inputs that the present outputs were built from. */
const STAMP = "dist/.build";

/**
 * A fingerprint of the sources. Of their contents, not of their times: a clone, a copy into an image or a switch of
 * branches there and back changes all times and nothing else.
 */
export function fingerprint(root: string): string {
  // Not of Node's version: what is built runs on each that Keyward supports, and a tree that cannot be written, as in an
  // image, has to start after an update of Node.
  const hash = createHash("sha256");
  for (const input of INPUTS) {
    for (const file of filesOf(root, input)) {
      const content = readFileSync(path.join(root, file));
      // Lengths make it unambiguous where a file ends and the next begins.
      hash.update(`${file} ${content.length}\n`).update(content);
    }
  }
  return hash.digest("hex");
}

/** The files of an input in an order that does not depend on the file system. */
function filesOf(root: string, input: string): string[] {
  const place = path.join(root, input);
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [input];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Whether the outputs are there, and were built from the sources of that fingerprint. */
export function isBuilt(root: string, sources = fingerprint(root)): boolean {
  const stamp = path.join(root, STAMP);
  if (!OUTPUTS.every((output) => existsSync(path.join(root, output)))) return false;
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sources;
}

/** Before a build: one that fails or is interrupted leaves outputs of two ages, which must not pass for the last good ones. */
export function clearStamp(root: string): void {
  rmSync(path.join(root, STAMP), { force: true });
}

/** After a build, with the fingerprint taken before it. */
export function writeStamp(root: string, sources: string): void {
  const stamp = path.join(root, STAMP);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}
