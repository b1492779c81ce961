import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { onlySettings } from "./child-env";

const run = promisify(execFile);

/** What a build writes to its output is kept until it ends. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Whether the history of this repository is here, as it is not in a shallow clone or an archive. */
export function isInHistory(commit: string): boolean {
  try {
    execFileSync("git", ["cat-file", "-e", `${commit}^{commit}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * A version of Keyward as it was, with the packages of its own lock, built, in a folder that is gone after the run. Takes a
 * minute or two.
 * @param commit in full
 * @returns its root, for startMount
 */
export async function buildFormerVersion(commit: string): Promise<string> {
  const root = mkdtempSync(path.join(inject("scratchDirectory"), "former-"));
  const archive = path.join(root, "tree.tar");
  await run("git", ["archive", "--output", archive, commit]);
  await run("tar", ["-xf", archive, "-C", root]);
  const options = { cwd: root, env: onlySettings({ NODE_ENV: undefined }), maxBuffer: MAX_OUTPUT_BYTES };
  await run("npm", ["ci", "--no-fund", "--no-audit", "--prefer-offline"], options);
  await run("npm", ["run", "build"], options);
  return root;
}

/** How many migrations the version in a folder has. */
export function migrationsIn(root: string): number {
  return JSON.parse(readFileSync(path.join(root, "drizzle/meta/_journal.json"), "utf8")).entries.length;
}
