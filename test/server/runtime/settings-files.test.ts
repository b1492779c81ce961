import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "keyward-settings-"));
  writeFileSync(path.join(folder, ".env"), "KEYWARD_TRIED=yes\n");
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

/** In a process of its own, as Next reads a folder once; and as nobody, since root may read everything. */
const PROGRAM = `
  import { loadSettingsFiles } from "./src/server/runtime/settings-files.ts";
  process.chdir(process.env.FOLDER);
  if (process.geteuid() === 0) process.seteuid(65534);
  try { loadSettingsFiles(); console.log("KEYWARD_TRIED is", process.env.KEYWARD_TRIED); }
  catch (error) { console.log(error.name, error.message); }`;

/** What starting in the folder says, on both of its outputs. */
function startIn(folder: string): string {
  const args = ["--import", "tsx", "--input-type=module", "--eval", PROGRAM];
  return execFileSync("sh", ["-c", 'exec "$0" "$@" 2>&1', process.execPath, ...args], {
    env: { FOLDER: folder, NODE_ENV: "production" },
    encoding: "utf8",
  });
}

test("settings are read from the working directory", () => {
  chmodSync(folder, 0o755);
  expect(startIn(folder)).toBe("KEYWARD_TRIED is yes\n");
});

test("a folder that may not be looked into has none, and nothing is said of it", () => {
  chmodSync(folder, 0o000);
  expect(startIn(folder)).toBe("KEYWARD_TRIED is undefined\n");
});

test("a file that is there and cannot be read is named", () => {
  chmodSync(path.join(folder, ".env"), 0o000);
  chmodSync(folder, 0o755);
  expect(startIn(folder)).toBe(
    `InvalidEnvError This user may not read the settings in ${folder}/.env. Let it, or start elsewhere.\n`,
  );
});
